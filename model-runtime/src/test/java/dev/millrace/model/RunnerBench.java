package dev.millrace.model;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import com.sun.management.OperatingSystemMXBean;
import dev.millrace.invocation.LaneId;
import dev.millrace.invocation.Payload;
import dev.millrace.invocation.port.ModelRunner.ModelRequest;
import dev.millrace.testkit.TestModel;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/// Runs of the runner beside those of ONNX Runtime alone, per second and per second of processor time; the latter
/// hardly
/// depends on what else the machine does.
public final class RunnerBench {
    private static final Duration WARM_UP = Duration.ofSeconds(3);
    private static final Duration MEASURED = Duration.ofSeconds(3);
    private static final int THREADS = Runtime.getRuntime().availableProcessors();

    private RunnerBench() {}

    /// @param perSecond of the clock
    /// @param perCpuSecond of this process's processor time
    private record Rate(double perSecond, double perCpuSecond) {}

    @FunctionalInterface
    private interface Call {
        void run() throws Exception;
    }

    public static void main(String[] arguments) throws Exception {
        for (TestModel model : List.of(TestModel.DIGITS, TestModel.DIGITS_HIRES)) {
            float[] image = model.rows().getFirst().features();
            byte[] data = Digits.floats(List.of(image));
            byte[] header = Digits.binaryHeader("image", model.rowShape(), 1, data.length);
            byte[] json = Digits.json("image", model.rowShape(), List.of(image));
            Rate raw = raw(model, data, THREADS);
            print(model + " raw, " + THREADS + " threads", raw, raw);
            print(model + " raw, 1 thread", raw(model, data, 1), raw);
            for (int callers : new int[] {1, 4, 32}) {
                print(
                        model + " binary, " + callers + " callers",
                        runner(model, Digits.concat(header, data), Digits.binaryType(header), callers),
                        raw);
                print(model + " JSON, " + callers + " callers", runner(model, json, "application/json", callers), raw);
            }
        }
    }

    private static Rate raw(TestModel model, byte[] data, int threads) throws Exception {
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        try (var options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(1);
            options.setInterOpNumThreads(1);
            try (OrtSession session = environment.createSession(model.model().toString(), options)) {
                return rate(threads, () -> rawCall(environment, session, model, data));
            }
        }
    }

    private static Call rawCall(OrtEnvironment environment, OrtSession session, TestModel model, byte[] data)
            throws OrtException {
        ByteBuffer input = ByteBuffer.allocateDirect(data.length).order(ByteOrder.nativeOrder());
        input.put(data).flip();
        long[] shape = {1, 1, 8, 8};
        if (model == TestModel.DIGITS_HIRES) {
            shape = new long[] {1, 1, 112, 112};
        }
        OnnxTensor given = OnnxTensor.createTensor(environment, input.asFloatBuffer(), shape);
        OnnxTensor probabilities = OnnxTensor.createTensor(
                environment,
                ByteBuffer.allocateDirect(40).order(ByteOrder.nativeOrder()).asFloatBuffer(),
                new long[] {1, 10});
        OnnxTensor label = OnnxTensor.createTensor(
                environment,
                ByteBuffer.allocateDirect(8).order(ByteOrder.nativeOrder()).asLongBuffer(),
                new long[] {1});
        return () -> session.run(Map.of("image", given), Map.of("probabilities", probabilities, "label", label))
                .close();
    }

    private static Rate runner(TestModel model, byte[] body, String contentType, int callers) throws Exception {
        try (LoadedModel loaded = LoadedModel.of(model, THREADS)) {
            var request = new ModelRequest(Payload.of(body), contentType, null, null, LaneId.Kind.REAL_TIME);
            return rate(
                    callers,
                    () -> () -> LoadedModel.success(loaded.runner().run(request).get()));
        }
    }

    @FunctionalInterface
    private interface Calls {
        Call make() throws Exception;
    }

    private static Rate rate(int callers, Calls calls) throws Exception {
        count(callers, calls, WARM_UP);
        long cpu = cpuNanos();
        long done = count(callers, calls, MEASURED);
        return new Rate(done / (MEASURED.toNanos() / 1e9), done / ((cpuNanos() - cpu) / 1e9));
    }

    private static long count(int callers, Calls calls, Duration time) throws Exception {
        AtomicLong done = new AtomicLong();
        long end = System.nanoTime() + time.toNanos();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < callers; i++) {
            Call call = calls.make();
            Thread.Builder builder = callers > THREADS ? Thread.ofVirtual() : Thread.ofPlatform();
            threads.add(builder.start(() -> {
                long own = 0;
                while (System.nanoTime() < end) {
                    try {
                        call.run();
                    } catch (Exception e) {
                        throw new IllegalStateException(e);
                    }
                    own++;
                }
                done.addAndGet(own);
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        return done.get();
    }

    private static long cpuNanos() {
        return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime();
    }

    private static void print(String what, Rate rate, Rate raw) throws IOException {
        String line = String.format(
                "%-36s %8.0f/s (%.2f of raw) %8.0f per CPU s (%.2f)%n",
                what,
                rate.perSecond(),
                rate.perSecond() / raw.perSecond(),
                rate.perCpuSecond(),
                rate.perCpuSecond() / raw.perCpuSecond());
        System.out.write(line.getBytes(StandardCharsets.UTF_8));
        System.out.flush();
    }
}
