package dev.millrace.model.internal.artifact;

import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.PlatformException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// Checks that an ONNX file keeps its weights in its own folder.
///
/// Reads the structure of the file only (ONNX's protobuf fields that can hold a tensor), never the weights.
public final class ExternalData {
    private static final int MAX_DEPTH = 100;
    private static final int MAX_LOCATION = 4_096;

    /// The messages on the way to a tensor.
    private enum Message {
        MODEL,
        TRAINING,
        GRAPH,
        FUNCTION,
        NODE,
        ATTRIBUTE,
        SPARSE_TENSOR,
        TENSOR,
        EXTERNAL_DATA;

        /// What a field of this message holds, or null for what leads to no tensor.
        @Nullable
        Message field(int number) {
            return switch (this) {
                case MODEL ->
                    switch (number) {
                        case 7 -> GRAPH;
                        case 20 -> TRAINING;
                        case 25 -> FUNCTION;
                        default -> null;
                    };
                case TRAINING -> number <= 2 ? GRAPH : null;
                case GRAPH ->
                    switch (number) {
                        case 1 -> NODE;
                        case 5 -> TENSOR;
                        case 15 -> SPARSE_TENSOR;
                        default -> null;
                    };
                case FUNCTION ->
                    switch (number) {
                        case 7 -> NODE;
                        case 11 -> ATTRIBUTE;
                        default -> null;
                    };
                case NODE -> number == 5 ? ATTRIBUTE : null;
                case ATTRIBUTE ->
                    switch (number) {
                        case 5, 10 -> TENSOR;
                        case 6, 11 -> GRAPH;
                        case 22, 23 -> SPARSE_TENSOR;
                        default -> null;
                    };
                case SPARSE_TENSOR -> number <= 2 ? TENSOR : null;
                case TENSOR -> number == 13 ? EXTERNAL_DATA : null;
                case EXTERNAL_DATA -> null;
            };
        }
    }

    private final Path model;
    private final Path folder;

    private ExternalData(Path model, Path folder) {
        this.model = model;
        this.folder = folder;
    }

    /// @param model the ONNX file
    /// @param folder the artifact's, which the data may not leave
    /// @throws PlatformException `MODEL_ERROR` for a file that is no ONNX model, or data outside the folder
    public static void check(Path model, Path folder) {
        try (FileChannel file = FileChannel.open(model)) {
            if (file.size() == 0) {
                throw unusable("the ONNX file is empty");
            }
            if (file.size() > Integer.MAX_VALUE) {
                throw unusable("the ONNX file is larger than 2 GB (keep its weights beside it, as external data)");
            }
            ByteBuffer bytes = file.map(FileChannel.MapMode.READ_ONLY, 0, file.size());
            new ExternalData(model, folder.toRealPath()).scan(new ProtobufFields(bytes), Message.MODEL, 0);
        } catch (IOException e) {
            throw new PlatformException(ErrorCode.SERVICE_UNAVAILABLE, "the ONNX file cannot be read", e);
        }
    }

    private void scan(ProtobufFields fields, Message message, int depth) throws IOException {
        if (depth > MAX_DEPTH) {
            throw unusable("the ONNX file nests graphs deeper than " + MAX_DEPTH);
        }
        String key = "";
        String value = "";
        while (fields.next()) {
            if (!fields.hasBytes()) {
                continue;
            }
            if (message == Message.EXTERNAL_DATA) {
                key = fields.number() == 1 ? text(fields.bytes()) : key;
                value = fields.number() == 2 ? text(fields.bytes()) : value;
            } else {
                Message inner = message.field(fields.number());
                if (inner != null) {
                    scan(new ProtobufFields(fields.bytes()), inner, depth + 1);
                }
            }
        }
        if (key.equals("location")) {
            confine(value);
        }
    }

    private void confine(String location) throws IOException {
        String shown = location.substring(0, Math.min(location.length(), 100)).replaceAll("\\p{Cntrl}", "?");
        try {
            Path data = model.resolveSibling(location);
            if (!location.isEmpty()
                    && Files.isRegularFile(data)
                    && data.toRealPath().startsWith(folder)
                    && !Path.of(location).isAbsolute()) {
                return;
            }
        } catch (InvalidPathException _) {
            // refused with the rest
        }
        throw unusable("the ONNX file refers to data outside its artifact, or not in it: '" + shown + "'");
    }

    private static String text(ByteBuffer bytes) {
        if (bytes.remaining() > MAX_LOCATION) {
            throw unusable("the ONNX file names external data with more than " + MAX_LOCATION + " bytes");
        }
        return StandardCharsets.UTF_8.decode(bytes).toString();
    }

    private static PlatformException unusable(String reason) {
        return new PlatformException(ErrorCode.MODEL_ERROR, reason);
    }
}
