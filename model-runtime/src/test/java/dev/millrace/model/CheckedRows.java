package dev.millrace.model;

import dev.millrace.invocation.port.ModelRunner.SlicedOutput;
import java.nio.ByteBuffer;

/// Takes the answer of a sliced run and compares every row of bytes with the one to expect, keeping none.
final class CheckedRows implements SlicedOutput {
    private final byte[] expected;
    private final int headerBytes;
    private long at;
    private long wrong;
    private String contentType = "";

    /// @param expected rows that repeat after the header
    CheckedRows(int headerBytes, byte[] expected) {
        this.headerBytes = headerBytes;
        this.expected = expected;
    }

    @Override
    public void begin(String type) {
        contentType = type;
    }

    @Override
    public void write(ByteBuffer bytes) {
        while (bytes.hasRemaining()) {
            byte value = bytes.get();
            if (at >= headerBytes && value != expected[(int) ((at - headerBytes) % expected.length)]) {
                wrong++;
            }
            at++;
        }
    }

    String contentType() {
        return contentType;
    }

    long bytes() {
        return at;
    }

    long wrong() {
        return wrong;
    }
}
