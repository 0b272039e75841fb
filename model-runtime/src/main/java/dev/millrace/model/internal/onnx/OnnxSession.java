package dev.millrace.model.internal.onnx;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtProvider;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import ai.onnxruntime.SequenceInfo;
import ai.onnxruntime.TensorInfo;
import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.PlatformException;
import dev.millrace.model.internal.tensor.ModelSignature;
import dev.millrace.model.internal.tensor.Shape;
import dev.millrace.model.internal.tensor.TensorSpec;
import dev.millrace.model.internal.tensor.TensorType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A loaded ONNX model. Thread-safe; closed when no run is going on.
public final class OnnxSession implements AutoCloseable {
    private static final Path NVIDIA_DRIVER = Path.of("/dev/nvidiactl");
    private static final int MAX_MESSAGE = 300;

    private final OrtEnvironment environment;
    private final OrtSession session;
    private final ModelSignature signature;
    private final OrtProvider provider;
    private final @Nullable String fallbackReason;

    private OnnxSession(
            OrtEnvironment environment, OrtSession session, OrtProvider provider, @Nullable String fallbackReason)
            throws OrtException {
        this.environment = environment;
        this.session = session;
        this.provider = provider;
        this.fallbackReason = fallbackReason;
        this.signature = new ModelSignature(
                specs(session.getInputInfo().values(), false),
                specs(session.getOutputInfo().values(), true));
    }

    /// Loads the runtime's libraries, if that was not done yet.
    public static OrtEnvironment prepare() {
        // what goes wrong is thrown; logged as well, users could fill the log
        return DeepStack.call(
                "model-prepare",
                () -> OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL, "millrace"));
    }

    /// Loads a model, on a GPU if one is wanted and there, else on the CPU.
    ///
    /// @throws PlatformException `MODEL_ERROR` with what is wrong with the model
    public static OnnxSession load(Path model, boolean isAcceleratorWanted) {
        return DeepStack.call("model-load", () -> loadHere(model, isAcceleratorWanted));
    }

    public ModelSignature signature() {
        return signature;
    }

    OrtEnvironment environment() {
        return environment;
    }

    OrtSession session() {
        return session;
    }

    /// As ONNX Runtime names it: `CPUExecutionProvider`.
    public String executionProvider() {
        return provider.getName();
    }

    /// Why it runs on the CPU though an accelerator was wanted.
    public Optional<String> fallbackReason() {
        return Optional.ofNullable(fallbackReason);
    }

    /// The runtime's message, short and on one line.
    static String message(OrtException e) {
        String text = String.valueOf(e.getMessage()).replaceAll("\\p{Cntrl}+", " ");
        return text.substring(0, Math.min(text.length(), MAX_MESSAGE));
    }

    @Override
    public void close() {
        try {
            session.close();
        } catch (OrtException e) {
            throw new PlatformException(ErrorCode.INTERNAL_FAILURE, "the session does not close: " + message(e), e);
        }
    }

    private static OnnxSession loadHere(Path model, boolean isAcceleratorWanted) {
        try {
            OrtEnvironment environment = prepare();
            try (var options = new SessionOptions()) {
                // one core per run, as many runs as cores: the best throughput that was measured
                options.setIntraOpNumThreads(1);
                options.setInterOpNumThreads(1);
                options.setExecutionMode(SessionOptions.ExecutionMode.SEQUENTIAL);
                Optional<String> whyNot = isAcceleratorWanted ? addAccelerator(options) : Optional.of("");
                OrtSession session = environment.createSession(model.toString(), options);
                return opened(
                        environment,
                        session,
                        whyNot.isEmpty() ? OrtProvider.CUDA : OrtProvider.CPU,
                        whyNot.filter(reason -> !reason.isEmpty()).orElse(null));
            }
        } catch (OrtException e) {
            throw new PlatformException(ErrorCode.MODEL_ERROR, "the ONNX model does not load: " + message(e), e);
        }
    }

    private static OnnxSession opened(
            OrtEnvironment environment, OrtSession session, OrtProvider provider, @Nullable String fallbackReason)
            throws OrtException {
        try {
            return new OnnxSession(environment, session, provider, fallbackReason);
        } catch (OrtException | PlatformException e) {
            session.close();
            throw e;
        }
    }

    /// The reason when there is no accelerator to add.
    private static Optional<String> addAccelerator(SessionOptions options) {
        if (!Files.exists(NVIDIA_DRIVER)) {
            return Optional.of("this machine has no NVIDIA driver");
        }
        if (!OrtEnvironment.getAvailableProviders().contains(OrtProvider.CUDA)) {
            return Optional.of("this build of ONNX Runtime has no CUDA provider (build with -Pgpu)");
        }
        try {
            options.addCUDA(0);
            return Optional.empty();
        } catch (OrtException e) {
            return Optional.of("CUDA cannot be used: " + message(e));
        }
    }

    private static List<TensorSpec> specs(Collection<NodeInfo> nodes, boolean isOutput) {
        return nodes.stream().map(node -> spec(node, isOutput)).toList();
    }

    private static TensorSpec spec(NodeInfo node, boolean isOutput) {
        return switch (node.getInfo()) {
            case TensorInfo tensor ->
                new TensorSpec(
                        node.getName(),
                        type(node.getName(), tensor),
                        Shape.of(tensor.getShape()),
                        Arrays.stream(tensor.getDimensionNames())
                                .map(String::valueOf)
                                .toList());
            case SequenceInfo sequence
            when isOutput && sequence.isSequenceOfMaps() && sequence.mapInfo.valueType == OnnxJavaType.FLOAT ->
                ClassMaps.spec(node.getName());
            default ->
                throw new PlatformException(
                        ErrorCode.MODEL_ERROR,
                        "the ONNX model's '" + node.getName() + "' is no tensor: " + node.getInfo());
        };
    }

    private static TensorType type(String name, TensorInfo tensor) {
        return switch (tensor.onnxType) {
            case ONNX_TENSOR_ELEMENT_DATA_TYPE_BOOL -> TensorType.BOOL;
            case ONNX_TENSOR_ELEMENT_DATA_TYPE_INT8 -> TensorType.INT8;
            case ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT8 -> TensorType.UINT8;
            case ONNX_TENSOR_ELEMENT_DATA_TYPE_INT16 -> TensorType.INT16;
            case ONNX_TENSOR_ELEMENT_DATA_TYPE_INT32 -> TensorType.INT32;
            case ONNX_TENSOR_ELEMENT_DATA_TYPE_INT64 -> TensorType.INT64;
            case ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT16 -> TensorType.FP16;
            case ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT -> TensorType.FP32;
            case ONNX_TENSOR_ELEMENT_DATA_TYPE_DOUBLE -> TensorType.FP64;
            case ONNX_TENSOR_ELEMENT_DATA_TYPE_STRING -> TensorType.BYTES;
            default ->
                throw new PlatformException(
                        ErrorCode.MODEL_ERROR,
                        "the ONNX model's '" + name + "' has elements of " + tensor.onnxType
                                + ", which ONNX Runtime does not take from Java");
        };
    }
}
