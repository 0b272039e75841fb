package dev.millrace.model.internal.onnx;

import dev.millrace.invocation.port.ModelRunner.SlicedOutput;
import dev.millrace.model.internal.codec.Answers;
import dev.millrace.model.internal.codec.Exchange;
import dev.millrace.model.internal.codec.Format;
import dev.millrace.model.internal.codec.NpyHeader;
import dev.millrace.model.internal.codec.RequestDetails;
import dev.millrace.model.internal.tensor.OutputTensor;
import dev.millrace.model.internal.tensor.TensorSpec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/// The answer to a large input, written as its slices come in.
///
/// Outputs after the first follow it as a whole in the binary form, so they wait in files meanwhile.
final class SlicedAnswer implements AutoCloseable {
    private static final int COPY_BYTES = 1 << 16;

    private final SlicedOutput sink;
    private final List<FileChannel> waiting = new ArrayList<>();
    private final String contentType;

    /// Writes what comes before the rows.
    ///
    /// @param totalRows known unless the answer is CSV
    SlicedAnswer(
            SlicedOutput sink,
            Answers answers,
            Exchange exchange,
            RequestDetails details,
            List<TensorSpec> outputs,
            long totalRows)
            throws IOException {
        this.sink = sink;
        byte[] start = new byte[0];
        if (exchange.answer() == Format.BINARY) {
            start = answers.binaryHeader(
                    details,
                    outputs.stream().map(output -> whole(output, totalRows)).toList());
            this.contentType = Answers.binaryType(start.length);
            for (int i = 1; i < outputs.size(); i++) {
                waiting.add(spool());
            }
        } else {
            this.contentType = exchange.answer().contentType();
            if (exchange.answer() == Format.NPY) {
                TensorSpec output = outputs.getFirst();
                start = NpyHeader.write(output.type(), output.shape().withRows(totalRows));
            }
        }
        sink.begin(contentType);
        if (start.length > 0) {
            sink.write(ByteBuffer.wrap(start));
        }
    }

    String contentType() {
        return contentType;
    }

    void add(SliceOutput slice) throws IOException {
        sink.write(ByteBuffer.wrap(slice.part(0).toByteArray()));
        for (int i = 0; i < waiting.size(); i++) {
            writeAll(waiting.get(i), ByteBuffer.wrap(slice.part(i + 1).toByteArray()));
        }
    }

    /// Writes what comes after the rows.
    void finish() throws IOException {
        for (FileChannel file : waiting) {
            file.position(0);
            ByteBuffer bytes = ByteBuffer.allocate(COPY_BYTES);
            while (file.read(bytes.clear()) >= 0) {
                sink.write(bytes.flip());
                bytes = ByteBuffer.allocate(COPY_BYTES);
            }
        }
    }

    @Override
    public void close() throws IOException {
        for (FileChannel file : waiting) {
            file.close();
        }
    }

    private static OutputTensor whole(TensorSpec output, long rows) {
        return new OutputTensor(
                output.name(), output.type(), output.shape().withRows(rows), ByteBuffer.allocate(0), List.of());
    }

    private static FileChannel spool() throws IOException {
        Path file = Files.createTempFile("millrace-output-", ".part");
        return FileChannel.open(
                file, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.DELETE_ON_CLOSE);
    }

    private static void writeAll(FileChannel file, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            file.write(bytes);
        }
    }
}
