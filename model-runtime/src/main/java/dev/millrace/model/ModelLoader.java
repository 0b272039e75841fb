package dev.millrace.model;

import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.PlatformException;
import dev.millrace.invocation.port.ModelRunner;
import dev.millrace.model.internal.onnx.OnnxModelRunner;
import dev.millrace.model.internal.onnx.OnnxSession;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Decides what runs a model, and loads it.
///
/// An artifact with an ONNX model in it runs in this process, whatever the image is called: users' code names
/// registries that do not exist here. An image that shall run as a container is looked up before that, by its
/// name.
public final class ModelLoader {
    private static final Logger LOGGER = LoggerFactory.getLogger(ModelLoader.class);

    /// What came of it.
    public sealed interface Loaded {
        /// @param runner closed by whoever asked for it
        /// @param resolvedImage what really runs, as `onnxruntime:1.29.0-cpu`
        /// @param note what the user should know, such as why there is no GPU; empty for nothing
        record Ready(ModelRunner runner, String resolvedImage, String note) implements Loaded {}

        /// No worker can ever run this model.
        ///
        /// @param reason safe to show to the user
        record Unusable(String reason) implements Loaded {}
    }

    private final RunnerConfig config;

    public ModelLoader(RunnerConfig config) {
        this.config = config;
    }

    /// Loads ONNX Runtime's libraries, a tenth of a second or more: call it on a thread of its own while the
    /// artifact is still being fetched. Loading a model does it otherwise.
    public static void prepare() {
        OnnxSession.prepare();
    }

    /// Loads a model.
    ///
    /// @param name given in the model's answers
    /// @param artifact null when the user gave none
    /// @param image as the user gave it
    /// @param environment as the user gave it
    /// @throws PlatformException when this process or machine is at fault, and another try may succeed
    public Loaded load(
            String name,
            @Nullable ModelArtifact artifact,
            String image,
            Map<String, String> environment,
            boolean isAcceleratorWanted) {
        try {
            Optional<Path> onnx = artifact == null ? Optional.empty() : artifact.onnxModel();
            if (onnx.isEmpty()) {
                return new Loaded.Unusable("image " + image + " names no runtime of this platform, and "
                        + (artifact == null ? "there is no model artifact" : "its artifact holds no ONNX model")
                        + " (expected: model.onnx, alone or in model.tar.gz)");
            }
            return ready(name, onnx.get(), config.overriddenBy(environment), isAcceleratorWanted);
        } catch (IllegalArgumentException e) {
            return new Loaded.Unusable(String.valueOf(e.getMessage()));
        } catch (PlatformException e) {
            if (e.code() != ErrorCode.MODEL_ERROR) {
                throw e;
            }
            return new Loaded.Unusable(e.text());
        }
    }

    private static Loaded ready(String name, Path onnx, RunnerConfig config, boolean isAcceleratorWanted) {
        long start = System.nanoTime();
        OnnxSession session = OnnxSession.load(onnx, isAcceleratorWanted);
        var runner = new OnnxModelRunner(name, session, config);
        LOGGER.atInfo()
                .addKeyValue("model", name)
                .addKeyValue("inputs", session.signature().inputs())
                .addKeyValue("outputs", session.signature().outputs())
                .addKeyValue("executionProvider", session.executionProvider())
                .addKeyValue("durationMs", (System.nanoTime() - start) / 1_000_000)
                .log("Loaded a model");
        boolean isCpu = session.executionProvider().startsWith("CPU");
        return new Loaded.Ready(
                runner,
                "onnxruntime:" + OnnxSession.prepare().getVersion() + (isCpu ? "-cpu" : "-gpu"),
                session.fallbackReason()
                        .map(reason -> "runs on the CPU: " + reason)
                        .orElse(""));
    }
}
