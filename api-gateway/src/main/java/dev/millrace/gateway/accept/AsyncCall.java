package dev.millrace.gateway.accept;

import dev.millrace.invocation.EndpointName;
import dev.millrace.invocation.InferenceId;
import dev.millrace.invocation.ResultTopics;
import dev.millrace.outbound.OutboundAddress;
import java.time.Duration;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What a caller asks of an asynchronous invocation, apart from its input; valid once it exists.
///
/// @param inferenceId the caller's word for the call, or null
/// @param contentType of the payload, or null
/// @param outputPathExtension a path below the configured output and failure paths, or null
/// @param fileName the object's name instead of the generated one, or null
/// @param requestTtl how long the call may wait: 60 s to 6 h
/// @param invocationTimeout how long the model may take: 1 s to 1 h
/// @param idempotencyKey 1 to 255 visible characters, or null
/// @param webhookUrl called with the terminal event, or null
/// @param resultTopic the Kafka topic that the result is also written to, or null for the endpoint's, if it has one
/// @param traceParent W3C trace context, or null; one that is not well-formed counts as none
public record AsyncCall(
        EndpointName endpoint,
        @Nullable InferenceId inferenceId,
        @Nullable String contentType,
        @Nullable String accept,
        @Nullable String customAttributes,
        @Nullable String outputPathExtension,
        @Nullable String fileName,
        Duration requestTtl,
        Duration invocationTimeout,
        @Nullable String idempotencyKey,
        @Nullable OutboundAddress webhookUrl,
        @Nullable String resultTopic,
        @Nullable String traceParent) {
    public static final Duration DEFAULT_TTL = Duration.ofHours(6);
    public static final Duration DEFAULT_TIMEOUT = Duration.ofMinutes(15);

    private static final int MAX_TEXT = 1024;
    private static final Pattern EXTENSION = Pattern.compile("^(?!s3:|https:)[a-zA-Z0-9!_.*'()/-]+$");
    private static final Pattern FILE_NAME = Pattern.compile("^(?!.*\\..*\\.)[a-zA-Z0-9][a-zA-Z0-9-_\\.]*$");
    private static final Pattern KEY = Pattern.compile("[\\x21-\\x7E]+");
    private static final Pattern TOPIC = Pattern.compile("[a-zA-Z0-9._-]+");
    private static final Pattern TRACE_PARENT = Pattern.compile("[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}");

    public AsyncCall {
        MemberRules.text("contentType", contentType, MAX_TEXT);
        MemberRules.text("accept", accept, MAX_TEXT);
        MemberRules.text("customAttributes", customAttributes, MAX_TEXT);
        MemberRules.pattern("s3OutputPathExtension", outputPathExtension, 512, EXTENSION);
        MemberRules.pattern("filename", fileName, 32, FILE_NAME);
        MemberRules.range("requestTTLSeconds", requestTtl.toSeconds(), 60, 21_600);
        MemberRules.range("invocationTimeoutSeconds", invocationTimeout.toSeconds(), 1, 3_600);
        MemberRules.pattern("idempotencyKey", idempotencyKey, 255, KEY);
        MemberRules.pattern("resultTopic", resultTopic, 249, TOPIC);
        if (resultTopic != null && ResultTopics.isReserved(resultTopic)) {
            throw MemberRules.violation("resultTopic", "Member must not name a topic of the platform");
        }
        if (traceParent != null && !TRACE_PARENT.matcher(traceParent).matches()) {
            traceParent = null;
        }
    }
}
