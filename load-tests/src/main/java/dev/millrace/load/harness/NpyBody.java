package dev.millrace.load.harness;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;

/// An NPY array of any number of rows, the test set over and over, made while it is sent.
public final class NpyBody implements HttpConnection.Body {
    private static final int LABEL_BYTES = Long.BYTES;
    private static final int TIMES = 8;

    private final Digits digits;
    private final byte[] header;
    private final byte[] period;
    private final long rows;

    private NpyBody(Digits digits, byte[] header, long rows) {
        this.digits = digits;
        this.header = header;
        this.rows = rows;
        this.period = digits.floats(0, digits.count() * TIMES);
    }

    /// As many whole rows as fit into that many bytes, the header included.
    public static NpyBody upTo(Digits digits, long bytes) {
        long most = bytes / digits.rowBytes();
        long rows = (bytes - digits.npyHeader(most).length) / digits.rowBytes();
        return new NpyBody(digits, digits.npyHeader(rows), rows);
    }

    public long rows() {
        return rows;
    }

    public long length() {
        return header.length + rows * digits.rowBytes();
    }

    public int headerLength() {
        return header.length;
    }

    @Override
    public void writeTo(OutputStream out) throws IOException {
        out.write(header);
        long left = rows * digits.rowBytes();
        while (left > 0) {
            int now = (int) Math.min(left, period.length);
            out.write(period, 0, now);
            left -= now;
        }
    }

    public void writeTo(Path file) throws IOException {
        try (OutputStream out = Files.newOutputStream(file)) {
            writeTo(out);
        }
    }

    /// The same bytes to read.
    public InputStream stream() {
        return new SequenceInputStream(new ByteArrayInputStream(header), new Rows());
    }

    /// How many labels of an answer, an NPY array of 64-bit integers, are missing, too many or wrong.
    public long wrongLabels(InputStream answer) throws IOException {
        byte[] fixed = answer.readNBytes(10);
        answer.skipNBytes(Short.toUnsignedInt(
                ByteBuffer.wrap(fixed).order(ByteOrder.LITTLE_ENDIAN).getShort(8)));
        long wrong = 0;
        long row = 0;
        byte[] labels = new byte[LABEL_BYTES * digits.count()];
        for (int read = answer.readNBytes(labels, 0, labels.length);
                read > 0;
                read = answer.readNBytes(labels, 0, labels.length)) {
            ByteBuffer values =
                    ByteBuffer.wrap(labels, 0, read - read % LABEL_BYTES).order(ByteOrder.LITTLE_ENDIAN);
            while (values.hasRemaining()) {
                wrong += values.getLong() == digits.label((int) (row % digits.count())) ? 0 : 1;
                row++;
            }
        }
        return wrong + Math.abs(rows - row);
    }

    private final class Rows extends InputStream {
        private long at;

        @Override
        public int read() {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int offset, int length) {
            long left = rows * digits.rowBytes() - at;
            if (left <= 0) {
                return -1;
            }
            int from = (int) (at % period.length);
            int now = (int) Math.min(Math.min(left, length), period.length - from);
            System.arraycopy(period, from, into, offset, now);
            at += now;
            return now;
        }
    }
}
