package dev.millrace.model.internal.codec;

import dev.millrace.model.internal.tensor.InputBatch;
import dev.millrace.model.internal.tensor.ModelSignature;
import dev.millrace.model.internal.tensor.RefusedException;
import dev.millrace.model.internal.tensor.Shape;
import dev.millrace.model.internal.tensor.TensorSpec;
import dev.millrace.model.internal.tensor.TensorType;
import java.nio.FloatBuffer;
import java.util.List;

/// Reads requests as the pool does, without a model.
final class Decoding implements AutoCloseable {
    static final int LIMIT = 1 << 20;

    private final InputBatch inputs;

    Decoding(TensorSpec... specs) {
        this.inputs = new InputBatch(
                new ModelSignature(List.of(specs), List.of(spec("y", TensorType.FP32, Shape.OPEN, 2))), LIMIT);
    }

    /// Rows of six floats.
    static Decoding sixFloats() {
        return new Decoding(spec("x", TensorType.FP32, Shape.OPEN, 2, 3));
    }

    static Decoding sixOf(TensorType type) {
        return new Decoding(spec("x", type, Shape.OPEN, 2, 3));
    }

    static TensorSpec spec(String name, TensorType type, long... shape) {
        return new TensorSpec(name, type, Shape.of(shape), java.util.Collections.nCopies(shape.length, "batch"));
    }

    RequestDetails read(byte[] body, String contentType) throws RefusedException {
        inputs.reset();
        inputs.begin();
        try {
            RequestDetails details = Requests.read(body, Exchange.of(contentType, null), inputs);
            inputs.commit(Integer.MAX_VALUE);
            return details;
        } catch (RefusedException e) {
            inputs.rollback();
            if (inputs.buffer(0).elements() != 0) {
                throw new AssertionError("a refused request left elements behind", e);
            }
            throw e;
        }
    }

    /// The message of the refusal that must come.
    String refusal(byte[] body, String contentType) {
        try {
            read(body, contentType);
        } catch (RefusedException e) {
            return e.statusCode() + " " + e.text();
        }
        throw new AssertionError("was taken: " + java.util.Arrays.toString(floats()));
    }

    int rows() {
        return inputs.rows();
    }

    float[] floats() {
        FloatBuffer view = inputs.buffer(0).view(0, inputs.buffer(0).elements()).asFloatBuffer();
        float[] values = new float[view.remaining()];
        view.get(values);
        return values;
    }

    InputBatch inputs() {
        return inputs;
    }

    @Override
    public void close() {
        inputs.close();
    }
}
