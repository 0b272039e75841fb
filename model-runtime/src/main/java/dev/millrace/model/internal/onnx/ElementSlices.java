package dev.millrace.model.internal.onnx;

import dev.millrace.model.internal.codec.NpyHeader;
import dev.millrace.model.internal.codec.RequestDetails;
import dev.millrace.model.internal.codec.StreamHeader;
import dev.millrace.model.internal.tensor.InputBatch;
import dev.millrace.model.internal.tensor.ModelSignature;
import dev.millrace.model.internal.tensor.RefusedException;
import dev.millrace.model.internal.tensor.Shape;
import dev.millrace.model.internal.tensor.TensorSpec;
import dev.millrace.model.internal.tensor.TensorType;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/// Slices of an input whose elements lie one after another: NPY, and binary Open Inference Protocol.
final class ElementSlices implements SliceSource {
    private static final int MAX_JSON_BYTES = 1 << 20;

    private final InputStream input;
    private final TensorType type;
    private final ByteOrder order;
    private final Shape shape;
    private final RequestDetails details;
    private final int rowBytes;
    private final int rowsPerSlice;
    private final Deque<byte[]> spare = new ArrayDeque<>();
    private long done;
    private boolean isEnded;

    private ElementSlices(
            InputStream input, TensorType type, ByteOrder order, Shape shape, RequestDetails details, SliceSize size)
            throws RefusedException {
        this.input = input;
        this.type = type;
        this.order = order;
        this.shape = shape;
        this.details = details;
        if (type.isText() || shape.elements() == 0) {
            throw RefusedException.badInput("an input of " + type + shape + " cannot be run in slices");
        }
        this.rowsPerSlice = size.rows(shape.row().elements(), type);
        this.rowBytes = (int) shape.row().elements() * type.bytes();
    }

    static ElementSlices npy(InputStream input, long length, ModelSignature signature, SliceSize size)
            throws IOException, RefusedException {
        NpyHeader header = NpyHeader.read(input);
        if (length >= 0 && header.dataBytes() != length - header.bytes()) {
            throw RefusedException.badInput("the NPY file holds " + (length - header.bytes())
                    + " bytes of elements (expected: " + header.dataBytes() + " for " + header.type() + header.shape()
                    + ")");
        }
        TensorSpec spec = signature.inputs().getFirst();
        if (!header.type().convertsTo(spec.type())) {
            throw RefusedException.badInput("elements of " + header.type() + " cannot be given as " + spec.type());
        }
        return new ElementSlices(
                input,
                header.type(),
                header.order(),
                InputBatch.adapted(spec, header.shape()),
                RequestDetails.NONE,
                size);
    }

    static ElementSlices binary(InputStream input, long length, int jsonBytes, ModelSignature signature, SliceSize size)
            throws IOException, RefusedException {
        if (jsonBytes > MAX_JSON_BYTES) {
            throw RefusedException.badInput("json-header-size is more than " + MAX_JSON_BYTES);
        }
        byte[] json = input.readNBytes(jsonBytes);
        if (json.length < jsonBytes) {
            throw RefusedException.badInput("the JSON is cut short");
        }
        StreamHeader header = StreamHeader.read(json, signature, length < 0 ? -1 : length - jsonBytes);
        TensorSpec spec = signature.inputs().getFirst();
        if (!header.shape().fits(spec.shape())) {
            throw RefusedException.badInput(
                    "input '" + spec.name() + "': shape " + header.shape() + " does not fit " + spec.shape());
        }
        return new ElementSlices(input, header.type(), ByteOrder.LITTLE_ENDIAN, header.shape(), header.details(), size);
    }

    @Override
    public RequestDetails details() {
        return details;
    }

    @Override
    public long totalRows() {
        return shape.rows();
    }

    @Override
    public @Nullable InputSlice next() throws IOException, RefusedException {
        if (done == shape.rows()) {
            if (!isEnded && input.read() >= 0) {
                throw RefusedException.badInput("the input goes on after its last row " + shape.rows());
            }
            isEnded = true;
            return null;
        }
        int rows = (int) Math.min(rowsPerSlice, shape.rows() - done);
        byte[] buffer = spare.isEmpty() ? new byte[rowsPerSlice * rowBytes] : spare.pop();
        int read = input.readNBytes(buffer, 0, rows * rowBytes);
        if (read < rows * rowBytes) {
            throw RefusedException.badInput("the input ends within row " + (done + read / rowBytes + 1) + " (expected: "
                    + shape.rows() + " rows)");
        }
        var slice = new InputSlice(
                done, rows, ByteBuffer.wrap(buffer, 0, rows * rowBytes).order(order), type, shape);
        done += rows;
        return slice;
    }

    @Override
    public void recycle(InputSlice slice) {
        spare.push(slice.bytes().array());
    }

    /// The stream belongs to the caller.
    @Override
    public void close() {
        spare.clear();
    }
}
