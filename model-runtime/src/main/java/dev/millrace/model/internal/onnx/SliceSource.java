package dev.millrace.model.internal.onnx;

import dev.millrace.model.internal.codec.RequestDetails;
import dev.millrace.model.internal.tensor.RefusedException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// A large input, read slice by slice by one thread.
interface SliceSource extends AutoCloseable {
    /// What the request says about its answer.
    RequestDetails details();

    /// How many rows there are in all, or -1 when only the end will tell.
    long totalRows();

    /// The next rows, or null after the last.
    ///
    /// @throws RefusedException that names the row from which on the input is bad
    @Nullable
    InputSlice next() throws IOException, RefusedException;

    /// Takes the memory of a slice back that is no longer needed.
    void recycle(InputSlice slice);

    @Override
    void close() throws IOException;
}
