package dev.millrace.model.internal.codec;

import dev.millrace.model.internal.tensor.InputBatch;
import dev.millrace.model.internal.tensor.RefusedException;
import dev.millrace.model.internal.tensor.Shape;
import dev.millrace.model.internal.tensor.TensorBuffer;
import dev.millrace.model.internal.tensor.TensorSpec;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// Reads one request of any format into the inputs of a run.
public final class Requests {
    private Requests() {}

    /// Adds the request that `inputs` has begun.
    public static RequestDetails read(byte[] body, Exchange exchange, InputBatch inputs) throws RefusedException {
        return switch (exchange.input()) {
            case JSON -> JsonRequests.read(body, body.length, inputs);
            case BINARY -> JsonRequests.read(body, exchange.headerBytes(), inputs);
            case CSV -> csv(body, exchange, inputs);
            case NPY -> npy(body, inputs);
            case RAW -> raw(body, inputs);
        };
    }

    /// How many columns a row of CSV has for an input.
    public static int columns(TensorSpec spec) throws RefusedException {
        if (!spec.hasFixedRow()) {
            throw RefusedException.badInput(
                    "CSV needs an input with rows of a fixed size, but the model's is " + spec.shape());
        }
        return spec.rowElements();
    }

    private static RequestDetails csv(byte[] body, Exchange exchange, InputBatch inputs) throws RefusedException {
        int input = inputs.onlyInput();
        TensorSpec spec = inputs.signature().inputs().get(input);
        TensorBuffer buffer = inputs.start(input);
        try (var rows = new CsvRows(new ByteArrayInputStream(body), columns(spec), exchange.hasCsvHeader())) {
            while (rows.next(buffer)) {
                // each call adds one row
            }
            if (rows.row() == 0) {
                throw RefusedException.badInput("the CSV has no rows");
            }
            inputs.finish(input, spec.shape().withRows(rows.row()));
            return RequestDetails.NONE;
        } catch (IOException e) {
            throw new UncheckedIOException("reading from memory", e);
        }
    }

    private static RequestDetails npy(byte[] body, InputBatch inputs) throws RefusedException {
        int input = inputs.onlyInput();
        TensorSpec spec = inputs.signature().inputs().get(input);
        try {
            NpyHeader header = NpyHeader.read(new ByteArrayInputStream(body));
            int given = body.length - header.bytes();
            if (header.dataBytes() != given) {
                throw RefusedException.badInput("the NPY file holds " + given + " bytes of elements (expected: "
                        + header.dataBytes() + " for " + header.type() + header.shape() + ")");
            }
            Conversion.check(header.type(), spec.type(), spec.name());
            ByteBuffer elements =
                    ByteBuffer.wrap(body, header.bytes(), given).slice().order(header.order());
            Conversion.copy(elements, header.type(), inputs.start(input));
            inputs.adapt(input, header.shape());
            return RequestDetails.NONE;
        } catch (IOException e) {
            throw new UncheckedIOException("reading from memory", e);
        }
    }

    private static RequestDetails raw(byte[] body, InputBatch inputs) throws RefusedException {
        if (inputs.signature().inputs().size() == 1) {
            TensorSpec spec = inputs.signature().inputs().getFirst();
            Shape one = spec.hasOpenRows() ? spec.shape().withRows(1) : spec.shape();
            if (!one.isOpen()
                    && !spec.type().isText()
                    && one.elements() * spec.type().bytes() == body.length) {
                Conversion.copy(ByteBuffer.wrap(body).order(ByteOrder.LITTLE_ENDIAN), spec.type(), inputs.start(0));
                inputs.finish(0, one);
                return RequestDetails.NONE;
            }
        }
        throw new RefusedException(
                415,
                "a body of " + body.length
                        + " bytes without a content type is not one tensor of this model "
                        + inputs.signature().inputs()
                        + ": set the content type (one of " + Format.all() + ")");
    }
}
