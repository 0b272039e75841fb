package dev.millrace.model.internal.onnx;

import dev.millrace.model.internal.codec.CsvRows;
import dev.millrace.model.internal.codec.RequestDetails;
import dev.millrace.model.internal.codec.Requests;
import dev.millrace.model.internal.tensor.RefusedException;
import dev.millrace.model.internal.tensor.TensorBuffer;
import dev.millrace.model.internal.tensor.TensorSpec;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/// Slices of CSV, parsed by the thread that reads.
final class CsvSlices implements SliceSource {
    private final TensorSpec spec;
    private final CsvRows rows;
    private final TensorBuffer parsed;
    private final int rowsPerSlice;
    private final Deque<byte[]> spare = new ArrayDeque<>();
    private long done;

    CsvSlices(InputStream input, TensorSpec spec, boolean hasHeader, SliceSize size) throws RefusedException {
        this.spec = spec;
        int columns = Requests.columns(spec);
        this.rowsPerSlice = size.rows(columns, spec.type());
        this.rows = new CsvRows(new Unclosed(input), columns, hasHeader);
        this.parsed = new TensorBuffer(spec.type(), Integer.MAX_VALUE - 8);
    }

    @Override
    public RequestDetails details() {
        return RequestDetails.NONE;
    }

    @Override
    public long totalRows() {
        return -1;
    }

    @Override
    public @Nullable InputSlice next() throws IOException, RefusedException {
        parsed.reset();
        int count = 0;
        while (count < rowsPerSlice && rows.next(parsed)) {
            count++;
        }
        if (count == 0) {
            if (done == 0) {
                throw RefusedException.badInput("the CSV has no rows");
            }
            return null;
        }
        int bytes = parsed.elements() * spec.type().bytes();
        byte[] buffer = spare.isEmpty() ? new byte[rowsPerSlice * (bytes / count)] : spare.pop();
        parsed.view(0, parsed.elements()).get(buffer, 0, bytes);
        var slice = new InputSlice(
                done,
                count,
                ByteBuffer.wrap(buffer, 0, bytes).order(ByteOrder.nativeOrder()),
                spec.type(),
                spec.shape());
        done += count;
        return slice;
    }

    @Override
    public void recycle(InputSlice slice) {
        spare.push(slice.bytes().array());
    }

    @Override
    public void close() throws IOException {
        parsed.close();
        rows.close();
    }

    /// A stream that stays open for its owner.
    private static final class Unclosed extends java.io.FilterInputStream {
        Unclosed(InputStream input) {
            super(input);
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            return in.read(into, offset, length);
        }

        @Override
        public void close() {
            // whoever opened it closes it
        }
    }
}
