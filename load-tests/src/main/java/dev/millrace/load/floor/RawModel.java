package dev.millrace.load.floor;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.millrace.load.harness.ClosedLoop;
import dev.millrace.testkit.TestModel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicLong;

/// ONNX Runtime called directly: one thread per run, inputs and outputs in place, as many callers as cores.
public final class RawModel implements AutoCloseable {
    private static final long STACK_BYTES = 16L << 20;
    private static final int CLASSES = 10;
    private static final int BATCH = 128;
    private static final int BATCHES = 128;
    private static final Duration WARM_UP = Duration.ofSeconds(1);

    private final OrtSession session;
    private final List<Integer> rowShape;
    private final float[] image;

    public RawModel(TestModel model) throws InterruptedException {
        this.rowShape = model.rowShape();
        this.image = model.rows().getFirst().features();
        var made = new FutureTask<>(() -> open(model));
        deep(made).start();
        try {
            this.session = made.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("the model cannot be loaded", e);
        }
    }

    private static OrtSession open(TestModel model) throws OrtException {
        try (var options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(1);
            options.setInterOpNumThreads(1);
            return OrtEnvironment.getEnvironment().createSession(model.model().toString(), options);
        }
    }

    /// ONNX Runtime needs more stack than a Java thread has, from its first call on, and takes the process down when
    /// it gets less.
    private static Thread deep(Runnable work) {
        return Thread.ofPlatform().name("raw-model").stackSize(STACK_BYTES).unstarted(work);
    }

    /// Runs of one row each.
    public ClosedLoop.Taken runs(int callers, Duration time) throws InterruptedException {
        return ClosedLoop.run(callers, WARM_UP, time, _ -> new Runs(1));
    }

    /// Reads an NPY array of rows, runs it, and writes the labels as an NPY array, on so many threads.
    ///
    /// @param headerLength of the input
    /// @return how long it took, the output on disk included
    public Duration runFile(Path input, int headerLength, long rows, Path output, int threads)
            throws IOException, InterruptedException {
        long start = System.nanoTime();
        byte[] header = labelHeader(rows);
        int rowBytes = image.length * Float.BYTES;
        long slice = (long) BATCH * BATCHES;
        var next = new AtomicLong();
        try (FileChannel in = FileChannel.open(input, StandardOpenOption.READ);
                FileChannel out = FileChannel.open(output, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            out.write(ByteBuffer.wrap(header));
            var workers = new Thread[threads];
            var failures = new AtomicLong();
            for (int i = 0; i < threads; i++) {
                workers[i] = deep(() -> {
                    try (var runs = new Runs(BATCH)) {
                        ByteBuffer read = direct((int) slice * rowBytes);
                        ByteBuffer labels = direct((int) slice * Long.BYTES);
                        for (long first = next.getAndAdd(slice); first < rows; first = next.getAndAdd(slice)) {
                            int many = (int) Math.min(slice, rows - first);
                            readFully(in, read.clear().limit(many * rowBytes), headerLength + first * rowBytes);
                            runs.slice(read.flip(), labels.clear(), many, rowBytes);
                            writeFully(out, labels.flip(), header.length + first * Long.BYTES);
                        }
                    } catch (IOException | OrtException e) {
                        failures.incrementAndGet();
                    }
                });
                workers[i].start();
            }
            for (Thread worker : workers) {
                worker.join();
            }
            if (failures.get() > 0) {
                throw new IOException("running " + input + " failed");
            }
            out.force(true);
        }
        return Duration.ofNanos(System.nanoTime() - start);
    }

    private static byte[] labelHeader(long rows) {
        String text = "{'descr': '<i8', 'fortran_order': False, 'shape': (" + rows + ",), }";
        String padded = text + " ".repeat(64 - (10 + text.length() + 1) % 64) + "\n";
        return ByteBuffer.allocate(10 + padded.length())
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0})
                .putShort((short) padded.length())
                .put(padded.getBytes(StandardCharsets.ISO_8859_1))
                .array();
    }

    private static void readFully(FileChannel in, ByteBuffer into, long from) throws IOException {
        long at = from;
        while (into.hasRemaining()) {
            int read = in.read(into, at);
            if (read < 0) {
                throw new IOException("the input is too short");
            }
            at += read;
        }
    }

    private static void writeFully(FileChannel out, ByteBuffer bytes, long from) throws IOException {
        long at = from;
        while (bytes.hasRemaining()) {
            at += out.write(bytes, at);
        }
    }

    private static ByteBuffer direct(int bytes) {
        return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
    }

    /// One thread's runs of a fixed number of rows.
    private final class Runs implements ClosedLoop.Caller {
        private final int rows;
        private final ByteBuffer input;
        private final ByteBuffer label;
        private final Map<String, OnnxTensor> given;
        private final Map<String, OnnxTensor> taken;

        Runs(int rows) throws OrtException {
            this.rows = rows;
            OrtEnvironment environment = OrtEnvironment.getEnvironment();
            input = direct(rows * image.length * Float.BYTES);
            input.asFloatBuffer().put(image);
            label = direct(rows * Long.BYTES);
            long[] shape = new long[rowShape.size() + 1];
            shape[0] = rows;
            for (int i = 0; i < rowShape.size(); i++) {
                shape[i + 1] = rowShape.get(i);
            }
            given = Map.of("image", OnnxTensor.createTensor(environment, input.asFloatBuffer(), shape));
            taken = Map.of(
                    "probabilities",
                    OnnxTensor.createTensor(
                            environment, direct(rows * CLASSES * Float.BYTES).asFloatBuffer(), new long[] {rows, CLASSES
                            }),
                    "label",
                    OnnxTensor.createTensor(environment, label.asLongBuffer(), new long[] {rows}));
        }

        @Override
        public void call(int n) throws OrtException {
            session.run(given, taken).close();
        }

        /// Rows beyond the last are those of the batch before, and their labels are not kept.
        void slice(ByteBuffer from, ByteBuffer to, int many, int rowBytes) throws OrtException {
            for (int done = 0; done < many; done += rows) {
                int now = Math.min(rows, many - done);
                input.put(0, from, done * rowBytes, now * rowBytes);
                call(done);
                to.put(label.slice(0, now * Long.BYTES));
            }
        }

        @Override
        public void close() {
            given.values().forEach(OnnxTensor::close);
            taken.values().forEach(OnnxTensor::close);
        }
    }

    @Override
    public void close() {
        try {
            session.close();
        } catch (OrtException e) {
            throw new IllegalStateException("the session cannot be closed", e);
        }
    }
}
