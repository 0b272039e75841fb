package dev.millrace.controlplane.operation;

import dev.millrace.controlplane.EndpointConfigResource;
import dev.millrace.controlplane.ResourceKind;
import dev.millrace.controlplane.TaggedResource;
import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.PlatformException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// `AddTags`, `ListTags`, `DeleteTags`, of every resource that has tags.
final class TagOperations {
    private static final String ARN = "ResourceArn";
    private static final String TAGS = "Tags";
    private static final String RESULT_TOPIC = EndpointConfigShapes.RESULT_TOPIC;
    /// Every name of a resource, and nothing that could lead elsewhere in the store.
    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9-]{1,63}(/[0-9]{1,9})?");

    /// A kind of resource that has tags; its label is its word in ARNs.
    ///
    /// @param missing what the API says when there is none of an ARN
    private record Tagged<R extends TaggedResource>(
            ResourceKind<R> kind, Function<String, PlatformException> missing) {}

    private static final List<Tagged<?>> KINDS = List.of(
            new Tagged<>(ResourceKind.MODEL, arn -> Resources.missing("model", arn)),
            new Tagged<>(ResourceKind.ENDPOINT_CONFIG, arn -> Resources.missing("endpoint configuration", arn)),
            new Tagged<>(ResourceKind.ENDPOINT, arn -> Resources.missing("endpoint", arn)),
            new Tagged<>(ResourceKind.INFERENCE_COMPONENT, arn -> Resources.missing("inference component", arn)),
            new Tagged<>(ResourceKind.MODEL_PACKAGE_GROUP, arn -> ModelPackages.missing("ModelPackageGroup", arn)),
            new Tagged<>(ResourceKind.MODEL_PACKAGE, arn -> ModelPackages.missing("ModelPackage", arn)));

    private final Resources resources;

    TagOperations(Resources resources) {
        this.resources = resources;
    }

    List<Operation> all() {
        return List.of(
                new Operation("AddTags", TagShapes.ADD, this::add),
                new Operation("ListTags", TagShapes.LIST, this::list),
                new Operation("DeleteTags", TagShapes.DELETE, this::delete));
    }

    private ObjectNode add(ObjectNode request) {
        Map<String, String> added = Tags.of(request);
        Map<String, String> now = change(arn(request), tags -> {
            tags.putAll(added);
            if (tags.size() > TagShapes.MAX_TAGS) {
                throw invalid("A resource can have " + TagShapes.MAX_TAGS + " tags; with these it would have "
                        + tags.size() + ".");
            }
        });
        return answer(now);
    }

    /// A resource has no more tags than the smallest page holds, so there is never a second page.
    private ObjectNode list(ObjectNode request) {
        if (request.has("NextToken")) {
            throw invalid("Invalid NextToken.");
        }
        String arn = arn(request);
        return answer(Tags.of(find(tagged(arn), arn)));
    }

    private ObjectNode delete(ObjectNode request) {
        List<String> keys = request.get("TagKeys").values().stream()
                .map(JsonNode::stringValue)
                .toList();
        change(arn(request), tags -> keys.forEach(tags::remove));
        return JsonNodeFactory.instance.objectNode();
    }

    private Map<String, String> change(String arn, Consumer<Map<String, String>> change) {
        return change(tagged(arn), arn, change);
    }

    private <R extends TaggedResource> Map<String, String> change(
            Tagged<R> tagged, String arn, Consumer<Map<String, String>> change) {
        ResourceKind<R> kind = tagged.kind();
        String name = name(tagged, arn);
        return resources
                .catalog()
                .update(kind, name, resource -> kind.cast(changed(resource, change)))
                .map(Tags::of)
                .orElseThrow(() -> tagged.missing().apply(arn));
    }

    /// A resource that would have the same tags as before stays as it is, so that nothing is written.
    private static TaggedResource changed(TaggedResource resource, Consumer<Map<String, String>> change) {
        Map<String, String> before = Tags.of(resource);
        Map<String, String> after = Tags.of(resource);
        change.accept(after);
        if (after.equals(before)) {
            return resource;
        }
        boolean isResultTopicKept = Objects.equals(before.get(RESULT_TOPIC), after.get(RESULT_TOPIC));
        if (resource instanceof EndpointConfigResource && !isResultTopicKept) {
            throw invalid("The tag " + RESULT_TOPIC + " is part of an endpoint configuration and cannot be changed:"
                    + " create another endpoint configuration.");
        }
        return Tags.replace(resource, after);
    }

    private <R extends TaggedResource> R find(Tagged<R> tagged, String arn) {
        return resources
                .find(tagged.kind(), name(tagged, arn))
                .orElseThrow(() -> tagged.missing().apply(arn));
    }

    private Tagged<?> tagged(String arn) {
        return KINDS.stream()
                .filter(each -> nameIn(arn, each).isPresent())
                .findFirst()
                .orElseThrow(() -> Resources.missing("resource", arn));
    }

    private String name(Tagged<?> tagged, String arn) {
        return nameIn(arn, tagged)
                .filter(name -> NAME.matcher(name).matches())
                .orElseThrow(() -> tagged.missing().apply(arn));
    }

    private Optional<String> nameIn(String arn, Tagged<?> tagged) {
        return resources.arns().nameIn(arn, tagged.kind().label());
    }

    private static String arn(ObjectNode request) {
        return request.get(ARN).stringValue();
    }

    private static ObjectNode answer(Map<String, String> tags) {
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        answer.set(TAGS, Tags.json(tags));
        return answer;
    }

    private static PlatformException invalid(String message) {
        return new PlatformException(ErrorCode.VALIDATION_ERROR, message);
    }
}
