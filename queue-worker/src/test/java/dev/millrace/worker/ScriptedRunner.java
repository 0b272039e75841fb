package dev.millrace.worker;

import dev.millrace.invocation.Payload;
import dev.millrace.invocation.port.ModelRunner;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// A model that does what the text of its input says: `echo …`, `refuse …`, `slow MILLIS …`, `hang`,
/// `halt`, `oom`.
final class ScriptedRunner implements ModelRunner {
    private final ExecutorService pool;
    private final AtomicInteger runs = new AtomicInteger();

    ScriptedRunner(int threads) {
        pool = Executors.newFixedThreadPool(
                threads, Thread.ofPlatform().daemon().name("model-", 0).factory());
    }

    int runs() {
        return runs.get();
    }

    @Override
    public CompletableFuture<ModelResponse> run(ModelRequest request) {
        return run(request, () -> {});
    }

    @Override
    public CompletableFuture<ModelResponse> run(ModelRequest request, Runnable onStart) {
        var answer = new CompletableFuture<ModelResponse>();
        pool.execute(() -> {
            if (answer.isCancelled()) {
                return;
            }
            onStart.run();
            runs.incrementAndGet();
            try {
                answer.complete(answer(request.body().utf8()));
            } catch (Throwable e) {
                answer.completeExceptionally(e);
            }
        });
        return answer;
    }

    private static ModelResponse answer(String script) throws InterruptedException {
        String[] words = script.split(" ", 3);
        return switch (words[0]) {
            case "refuse" -> new ModelResponse.Refused(400, script.substring("refuse ".length()));
            case "slow" -> {
                waitFor(Long.parseLong(words[1]));
                yield success(script);
            }
            case "hang" -> {
                waitFor(Long.MAX_VALUE);
                yield success(script);
            }
            case "halt" -> {
                Runtime.getRuntime().halt(137);
                yield success(script);
            }
            case "fail" -> throw new IllegalStateException("a bug in the model");
            default -> success(script);
        };
    }

    private static void waitFor(long millis) throws InterruptedException {
        var _ = new CountDownLatch(1).await(millis, TimeUnit.MILLISECONDS);
    }

    private static ModelResponse success(String script) {
        return new ModelResponse.Success(Payload.ofUtf8("answer to " + script), "text/plain", null);
    }

    @Override
    public boolean canSlice(@Nullable String contentType, @Nullable String accept) {
        return "text/lines".equals(contentType);
    }

    @Override
    public ModelResponse runSliced(
            InputStream input, long length, @Nullable String contentType, @Nullable String accept, SlicedOutput output)
            throws IOException {
        runs.incrementAndGet();
        output.begin("text/lines");
        byte[] slice = new byte[1024];
        for (int read = input.readNBytes(slice, 0, slice.length);
                read > 0;
                read = input.readNBytes(slice, 0, slice.length)) {
            output.write(ByteBuffer.wrap(slice.clone(), 0, read));
        }
        return new ModelResponse.Success(Payload.EMPTY, "text/lines", null);
    }

    @Override
    public String executionProvider() {
        return "ScriptedProvider";
    }

    @Override
    public void close() {
        pool.shutdownNow();
    }
}
