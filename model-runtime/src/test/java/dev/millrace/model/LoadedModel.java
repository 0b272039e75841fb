package dev.millrace.model;

import dev.millrace.invocation.LaneId;
import dev.millrace.invocation.Payload;
import dev.millrace.invocation.port.ModelRunner;
import dev.millrace.invocation.port.ModelRunner.ModelRequest;
import dev.millrace.invocation.port.ModelRunner.ModelResponse;
import dev.millrace.testkit.TestModel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ExecutionException;

/// A model loaded as a worker loads it, for tests.
public final class LoadedModel implements AutoCloseable {
    private final ModelRunner runner;
    private final Path folder;

    private LoadedModel(ModelRunner runner, Path folder) {
        this.runner = runner;
        this.folder = folder;
    }

    public static LoadedModel of(TestModel model, int threads) {
        return of(model.model(), RunnerConfig.ofThreads(threads));
    }

    public static LoadedModel of(Path onnx, RunnerConfig config) {
        try {
            Path folder = Files.createTempDirectory("millrace-model-");
            ModelArtifact artifact = ModelArtifact.unpack(onnx, folder.resolve("unpacked"), ArtifactLimits.DEFAULT);
            return switch (new ModelLoader(config).load("digits", artifact, "any-image", Map.of(), false)) {
                case ModelLoader.Loaded.Ready ready -> new LoadedModel(ready.runner(), folder);
                case ModelLoader.Loaded.Unusable unusable -> throw new AssertionError(unusable.reason());
            };
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public ModelRunner runner() {
        return runner;
    }

    public ModelResponse run(byte[] body, String contentType, String accept) {
        return run(runner, body, contentType, accept);
    }

    public static ModelResponse run(ModelRunner runner, byte[] body, String contentType, String accept) {
        try {
            return runner.run(request(body, contentType, accept, LaneId.Kind.REAL_TIME))
                    .get();
        } catch (InterruptedException | ExecutionException e) {
            throw new AssertionError(e);
        }
    }

    public static ModelRequest request(byte[] body, String contentType, String accept, LaneId.Kind kind) {
        return new ModelRequest(Payload.of(body), contentType, accept, null, kind);
    }

    /// The answer's body and content type of a success.
    public ModelResponse.Success success(byte[] body, String contentType, String accept) {
        return success(run(body, contentType, accept));
    }

    public static ModelResponse.Success success(ModelResponse response) {
        return switch (response) {
            case ModelResponse.Success success -> success;
            case ModelResponse.Refused refused ->
                throw new AssertionError(refused.statusCode() + " " + refused.message());
        };
    }

    @Override
    public void close() {
        runner.close();
        try {
            Files.delete(folder.resolve("unpacked").resolve("model.onnx"));
            Files.delete(folder.resolve("unpacked"));
            Files.delete(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
