package dev.millrace.model;

import java.io.InputStream;
import java.util.Arrays;

/// A stream of any length that begins with some bytes and then repeats others.
final class RepeatedRows extends InputStream {
    private final byte[] start;
    private final byte[] period;
    private final long length;
    private long at;

    /// @param length of the whole stream
    RepeatedRows(byte[] start, byte[] period, long length) {
        this.start = start;
        this.period = period;
        this.length = length;
    }

    long length() {
        return length;
    }

    @Override
    public int read() {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] into, int offset, int count) {
        if (at == length) {
            return -1;
        }
        byte[] from = at < start.length ? start : period;
        int position = at < start.length ? (int) at : (int) ((at - start.length) % period.length);
        int given = (int) Math.min(Math.min(count, from.length - position), length - at);
        System.arraycopy(from, position, into, offset, given);
        at += given;
        return given;
    }

    @Override
    public String toString() {
        return Arrays.toString(start);
    }
}
