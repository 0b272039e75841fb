package dev.millrace.worker;

import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.ObjectLocation;
import dev.millrace.invocation.PlatformException;
import dev.millrace.invocation.WorkerSpec;
import dev.millrace.invocation.port.ModelRunner;
import dev.millrace.model.ArtifactLimits;
import dev.millrace.model.ModelArtifact;
import dev.millrace.model.ModelLoader;
import dev.millrace.model.RunnerConfig;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Loads models whose artifact is in the object store.
final class StoredModels implements ModelSource {
    private static final Logger LOGGER = LoggerFactory.getLogger(StoredModels.class);

    private final ArtifactCache cache;
    private final ArtifactLimits limits;
    private final RunnerConfig runner;

    StoredModels(ArtifactCache cache, ArtifactLimits limits, RunnerConfig runner) {
        this.cache = cache;
        this.limits = limits;
        this.runner = runner;
    }

    @Override
    public ModelRunner load(WorkerSpec spec) {
        ModelArtifact artifact = artifact(spec.modelData());
        var loader = new ModelLoader(runner.withThreads(Math.max(1, spec.threads())));
        return switch (loader.load(
                spec.endpoint().value(), artifact, spec.image(), spec.environment(), spec.isAcceleratorWanted())) {
            case ModelLoader.Loaded.Unusable(String reason) ->
                throw new PlatformException(ErrorCode.MODEL_ERROR, reason);
            case ModelLoader.Loaded.Ready(ModelRunner loaded, String image, String note) -> {
                LOGGER.atInfo()
                        .addKeyValue("endpoint", spec.endpoint())
                        .addKeyValue("resolvedImage", image)
                        .addKeyValue("note", note)
                        .log("model loaded");
                yield loaded;
            }
        };
    }

    private @Nullable ModelArtifact artifact(@Nullable ObjectLocation at) {
        if (at == null) {
            return null;
        }
        ArtifactCache.Cached cached = cache.fetch(at);
        return ModelArtifact.unpack(cached.file(), cached.unpacked(), limits);
    }
}
