package dev.millrace.load.floor;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import java.util.concurrent.FutureTask;

/// Runs one digit and says so: the least that a process has to do before its first result.
///
/// With `wait` in place of a model's file it does nothing until its input ends.
public final class FirstInference {
    private static final int PIXELS = 64;
    /// What ONNX Runtime is given by Millrace's workers, too.
    private static final long STACK_BYTES = 16L << 20;

    private FirstInference() {}

    public static void main(String[] arguments) throws Exception {
        if (!arguments[0].equals("wait")) {
            var run = new FutureTask<Void>(() -> {
                run(arguments[0]);
                return null;
            });
            Thread.ofPlatform().stackSize(STACK_BYTES).start(run);
            run.get();
        }
        System.out.println("ran");
        System.out.flush();
        while (System.in.read() >= 0) {
            // Nobody writes; the input ends with the parent.
        }
    }

    private static void run(String model) throws OrtException {
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        try (var options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(1);
            ByteBuffer image = ByteBuffer.allocateDirect(PIXELS * Float.BYTES).order(ByteOrder.nativeOrder());
            try (OrtSession session = environment.createSession(model, options);
                    OnnxTensor input =
                            OnnxTensor.createTensor(environment, image.asFloatBuffer(), new long[] {1, 1, 8, 8})) {
                session.run(Map.of("image", input)).close();
            }
        }
    }
}
