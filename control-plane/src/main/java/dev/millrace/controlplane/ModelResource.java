package dev.millrace.controlplane;

import dev.millrace.invocation.ObjectLocation;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// A model: one container image and its artifact. Immutable once created.
///
/// @param image as the user wrote it
/// @param modelData the artifact, or null when the container brings its own
/// @param environment of the container
/// @param request every modelled member of `CreateModel` as it was given, but for tags; read it, never change it
public record ModelResource(
        String name,
        String arn,
        long revision,
        Instant createdAt,
        String image,
        @Nullable ModelData modelData,
        Map<String, String> environment,
        ObjectNode request)
        implements TaggedResource {
    /// Where an artifact is.
    ///
    /// @param location of the object, or the prefix without a slash at its end
    /// @param isPrefix whether every object below the location belongs to it
    /// @param isCompressed null when only the object itself can tell (`ModelDataUrl`)
    public record ModelData(
            ObjectLocation location,
            boolean isPrefix,
            @Nullable Boolean isCompressed) {}

    public ModelResource {
        environment = Map.copyOf(environment);
    }

    @Override
    public ModelResource withRequest(ObjectNode newRequest) {
        return new ModelResource(name, arn, revision, createdAt, image, modelData, environment, newRequest);
    }

    @Override
    public ModelResource withRevision(long newRevision) {
        return new ModelResource(name, arn, newRevision, createdAt, image, modelData, environment, request);
    }
}
