package dev.millrace.controlplane.operation;

import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.PlatformException;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// What `UpdateModelPackage` makes of a model package. Pure: it may be applied again after another writer.
final class ModelPackageUpdate {
    private static final String METADATA = "CustomerMetadataProperties";
    private static final String ADDITIONAL = "AdditionalInferenceSpecifications";
    private static final int MAX_ADDITIONAL = 15;
    /// Members that take the place of the ones before.
    private static final List<String> REPLACED = List.of(
            "ModelApprovalStatus",
            "ModelPackageRegistrationType",
            "ApprovalDescription",
            "InferenceSpecification",
            "SourceUri",
            "ModelCard",
            "ModelLifeCycle");

    private ModelPackageUpdate() {}

    /// @param before the members of the package; not changed
    /// @throws PlatformException `VALIDATION_ERROR` when there would be too many of something
    static ObjectNode apply(ObjectNode before, ObjectNode update) {
        ObjectNode after = before.deepCopy();
        for (String member : REPLACED) {
            if (update.has(member)) {
                after.set(member, update.get(member).deepCopy());
            }
        }
        changeMetadata(after, update);
        addSpecifications(after, update);
        return after;
    }

    private static void changeMetadata(ObjectNode after, ObjectNode update) {
        JsonNode removed = update.path(METADATA + "ToRemove");
        JsonNode set = update.path(METADATA);
        if (removed.isEmpty() && set.isEmpty()) {
            return;
        }
        ObjectNode metadata = after.withObjectProperty(METADATA);
        removed.values().forEach(key -> metadata.remove(key.stringValue()));
        set.properties().forEach(entry -> metadata.set(entry.getKey(), entry.getValue()));
        requireAtMost(ModelPackageShapes.MAX_METADATA, metadata.size(), METADATA);
    }

    private static void addSpecifications(ObjectNode after, ObjectNode update) {
        JsonNode added = update.path(ADDITIONAL + "ToAdd");
        if (added.isEmpty()) {
            return;
        }
        ArrayNode specifications = after.withArrayProperty(ADDITIONAL);
        added.values().forEach(each -> specifications.add(each.deepCopy()));
        requireAtMost(MAX_ADDITIONAL, specifications.size(), ADDITIONAL);
        if (!ModelPackageShapes.differentNames(ADDITIONAL).holds().test(after)) {
            throw new PlatformException(ErrorCode.VALIDATION_ERROR, ADDITIONAL + " must not hold a Name twice.");
        }
    }

    private static void requireAtMost(int max, int size, String member) {
        if (size > max) {
            throw new PlatformException(
                    ErrorCode.VALIDATION_ERROR,
                    "A model package can have " + max + " " + member + "; with these it would have " + size + ".");
        }
    }
}
