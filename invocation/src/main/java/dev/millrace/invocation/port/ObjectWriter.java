package dev.millrace.invocation.port;

import java.nio.ByteBuffer;

/// An object being written in parts, one part in memory at a time. Used by one thread.
public interface ObjectWriter extends AutoCloseable {
    /// Appends bytes; may block while a part is sent.
    void write(ByteBuffer bytes);

    long bytesWritten();

    /// Makes the object visible, whole.
    WriteResult commit();

    /// Gives the object up unless it was committed.
    @Override
    void close();
}
