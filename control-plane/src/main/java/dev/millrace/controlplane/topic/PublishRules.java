package dev.millrace.controlplane.topic;

import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.MessageAttribute;
import dev.millrace.invocation.PlatformException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Collection;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What may be published, with SNS's texts.
final class PublishRules {
    /// Of a message with its attributes, and of a batch.
    static final int MAX_BYTES = 256 * 1024;

    static final int MAX_ENTRIES = 10;

    private static final int MAX_SUBJECT = 100;
    private static final int MAX_NAME = 256;
    private static final Pattern SUBJECT = Pattern.compile("[!-~][ -~]*");
    private static final Pattern ENTRY_ID = Pattern.compile("[A-Za-z0-9_-]{1,80}");
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]+(\\.[A-Za-z0-9_-]+)*");
    private static final Pattern RESERVED_NAME = Pattern.compile("(aws|amazon)\\..*", Pattern.CASE_INSENSITIVE);
    private static final Pattern NUMBER = Pattern.compile("-?[0-9]{1,38}(\\.[0-9]{1,38})?([eE][+-]?[0-9]{1,3})?");
    private static final Set<String> TYPES = Set.of("String", "String.Array", "Number", "Binary");

    private PublishRules() {}

    /// @return the text that the request asks for
    static MessageText check(PublishRequest request) {
        if (request.isFifo()) {
            throw TopicRules.invalid(
                    "MessageGroupId",
                    "The request includes a message group or deduplication id that is not valid for this topic type");
        }
        if (request.message().isEmpty()) {
            throw problem("Empty message");
        }
        if (bytes(request) > MAX_BYTES) {
            throw problem("Message too long");
        }
        requireSubject(request.subject());
        request.attributes().forEach(PublishRules::requireAttribute);
        String structure = request.messageStructure();
        if (structure == null || structure.isEmpty()) {
            return MessageText.of(request.message());
        }
        if (!structure.equals("json")) {
            throw problem("MessageStructure Reason: json expected");
        }
        return MessageText.structured(request.message());
    }

    /// @param ids of a batch's entries
    static void requireBatch(Collection<String> ids) {
        if (ids.isEmpty()) {
            throw new SnsException(SnsError.EMPTY_BATCH_REQUEST, "The batch request doesn't contain any entries.");
        }
        if (ids.size() > MAX_ENTRIES) {
            throw new SnsException(
                    SnsError.TOO_MANY_ENTRIES_IN_BATCH_REQUEST,
                    "The batch request contains more entries than permissible (" + MAX_ENTRIES + ").");
        }
        if (!ids.stream()
                .allMatch(id -> id.length() <= 80 && ENTRY_ID.matcher(id).matches())) {
            throw new SnsException(
                    SnsError.INVALID_BATCH_ENTRY_ID,
                    "The Id of a batch entry in a batch request doesn't abide by the specification.");
        }
        if (Set.copyOf(ids).size() < ids.size()) {
            throw new SnsException(
                    SnsError.BATCH_ENTRY_IDS_NOT_DISTINCT,
                    "Two or more batch entries in the request have the same Id.");
        }
    }

    static void requireBatchSize(Collection<PublishRequest> requests) {
        if (requests.stream().mapToLong(PublishRules::bytes).sum() > MAX_BYTES) {
            throw new SnsException(
                    SnsError.BATCH_REQUEST_TOO_LONG,
                    "The length of all the batch messages put together is more than the limit.");
        }
    }

    private static long bytes(PublishRequest request) {
        return request.attributes().entrySet().stream()
                        .mapToLong(each -> bytes(each.getKey())
                                + bytes(each.getValue().type())
                                + bytes(each.getValue().value()))
                        .sum()
                + bytes(request.message());
    }

    private static long bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    private static void requireSubject(@Nullable String subject) {
        if (subject != null
                && (subject.length() > MAX_SUBJECT || !SUBJECT.matcher(subject).matches())) {
            throw problem("Subject");
        }
    }

    private static void requireAttribute(String name, MessageAttribute attribute) {
        if (name.length() > MAX_NAME
                || !NAME.matcher(name).matches()
                || RESERVED_NAME.matcher(name).matches()) {
            throw badValue("The message attribute name is not one that SNS allows: letters, digits, _ - and single"
                    + " periods, up to 256, not beginning with AWS. or Amazon.");
        }
        if (!TYPES.contains(attribute.type())) {
            throw badValue("The message attribute '" + name + "' has an invalid message attribute type, the set of"
                    + " supported types is Binary, Number, String and String.Array.");
        }
        if (attribute.value().isEmpty()) {
            throw badValue("The message attribute '" + name + "' must contain non-empty message attribute value for"
                    + " message attribute type '" + attribute.type() + "'.");
        }
        boolean isGood = switch (attribute.type()) {
            case "Number" ->
                attribute.value().length() <= 100
                        && NUMBER.matcher(attribute.value()).matches();
            case "String.Array" -> AttributeArray.isOne(attribute.value());
            case "Binary" -> isBase64(attribute.value());
            default -> true;
        };
        if (!isGood) {
            throw badValue("The value of the message attribute '" + name + "' is no " + attribute.type() + ".");
        }
    }

    private static boolean isBase64(String value) {
        try {
            return Base64.getDecoder().decode(value).length > 0;
        } catch (IllegalArgumentException _) {
            return false;
        }
    }

    private static PlatformException problem(String what) {
        return new PlatformException(ErrorCode.VALIDATION_ERROR, "Invalid parameter: " + what);
    }

    private static SnsException badValue(String message) {
        return new SnsException(SnsError.PARAMETER_VALUE_INVALID, message);
    }
}
