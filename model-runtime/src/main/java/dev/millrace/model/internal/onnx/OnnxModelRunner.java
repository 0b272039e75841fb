package dev.millrace.model.internal.onnx;

import ai.onnxruntime.OrtException;
import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.PlatformException;
import dev.millrace.invocation.port.ModelRunner;
import dev.millrace.model.RunnerConfig;
import dev.millrace.model.internal.codec.Answers;
import dev.millrace.model.internal.codec.Exchange;
import dev.millrace.model.internal.codec.Format;
import dev.millrace.model.internal.codec.RequestDetails;
import dev.millrace.model.internal.tensor.ModelSignature;
import dev.millrace.model.internal.tensor.RefusedException;
import dev.millrace.model.internal.tensor.TensorSpec;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Runs one ONNX model on a fixed pool of platform threads.
///
/// A native run holds its thread until it returns, so callers, on virtual threads, wait for a future instead.
public final class OnnxModelRunner implements ModelRunner {
    private static final Logger LOGGER = LoggerFactory.getLogger(OnnxModelRunner.class);
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(10);

    private final OnnxSession model;
    private final RunnerConfig config;
    private final Answers answers;
    private final WorkQueue queue;
    private final List<ModelThread> workers = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();

    /// Starts the pool.
    ///
    /// @param name of the model, given in answers
    /// @param model closed with the runner
    public OnnxModelRunner(String name, OnnxSession model, RunnerConfig config) {
        this.model = model;
        this.config = config;
        this.answers = new Answers(name);
        this.queue = new WorkQueue(config.maxWaiting());
        var batching = new Batching(model.signature(), config);
        for (int i = 0; i < config.threads(); i++) {
            var worker = new ModelThread(queue, bench(), batching, answers, config);
            workers.add(worker);
            threads.add(DeepStack.thread("model-" + i).start(worker));
        }
    }

    @Override
    public CompletableFuture<ModelResponse> run(ModelRequest request) {
        return run(request, () -> {});
    }

    @Override
    public CompletableFuture<ModelResponse> run(ModelRequest request, Runnable onStart) {
        var future = new CompletableFuture<ModelResponse>();
        try {
            Exchange exchange = Exchange.of(request.contentType(), request.accept());
            if (!queue.offer(new Work.Request(request.body(), exchange, request.kind(), onStart, future))) {
                future.completeExceptionally(new PlatformException(
                        ErrorCode.SERVICE_UNAVAILABLE,
                        "the model has " + config.maxWaiting() + " requests waiting or is closing"));
            }
        } catch (RefusedException e) {
            future.complete(new ModelResponse.Refused(e.statusCode(), e.text()));
        }
        return future;
    }

    @Override
    public boolean canSlice(@Nullable String contentType, @Nullable String accept) {
        try {
            return canSlice(Exchange.of(contentType, accept));
        } catch (RefusedException _) {
            return false;
        }
    }

    @Override
    public ModelResponse runSliced(
            InputStream input, long length, @Nullable String contentType, @Nullable String accept, SlicedOutput output)
            throws IOException, InterruptedException {
        try {
            Exchange exchange = Exchange.of(contentType, accept);
            if (!canSlice(exchange)) {
                throw RefusedException.tooLarge("an input of this type, or to this model, cannot be run in slices");
            }
            try (SliceSource source = source(exchange, input, length)) {
                List<Integer> wanted = wanted(exchange, source.details());
                List<TensorSpec> specs =
                        wanted.stream().map(model.signature().outputs()::get).toList();
                try (var answer =
                        new SlicedAnswer(output, answers, exchange, source.details(), specs, source.totalRows())) {
                    var encoder = new SliceEncoder(exchange, wanted);
                    return new SlicedRun(queue, source, encoder, answer, config.threads() + 1).run();
                }
            }
        } catch (RefusedException e) {
            return new ModelResponse.Refused(e.statusCode(), e.text());
        }
    }

    @Override
    public String executionProvider() {
        return model.executionProvider();
    }

    @Override
    public void close() {
        queue.close();
        workers.forEach(ModelThread::terminate);
        boolean isIdle = true;
        for (Thread thread : threads) {
            try {
                isIdle &= thread.join(CLOSE_TIMEOUT);
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
                isIdle = false;
            }
        }
        if (isIdle) {
            model.close();
        } else {
            // Freeing a session that still runs would take the process down.
            LOGGER.atWarn().log("A model run does not end: its memory is kept until the process ends");
        }
    }

    static PlatformException closing() {
        return new PlatformException(ErrorCode.SERVICE_UNAVAILABLE, "the model is being closed");
    }

    private RunBench bench() {
        try {
            return new RunBench(model, config.maxTensorBytes());
        } catch (OrtException e) {
            throw new PlatformException(
                    ErrorCode.INTERNAL_FAILURE, "no run can be prepared: " + OnnxSession.message(e), e);
        }
    }

    private boolean canSlice(Exchange exchange) {
        ModelSignature signature = model.signature();
        boolean isKnownFormat = switch (exchange.input()) {
            case NPY, BINARY -> exchange.answer() != Format.JSON && exchange.answer() != Format.RAW;
            case CSV ->
                exchange.answer() == Format.CSV && signature.inputs().getFirst().hasFixedRow();
            case JSON, RAW -> false;
        };
        return isKnownFormat
                && signature.hasRows()
                && signature.inputs().size() == 1
                && signature.outputs().stream().allMatch(TensorSpec::hasFixedRow);
    }

    private SliceSource source(Exchange exchange, InputStream input, long length) throws IOException, RefusedException {
        var size = new SliceSize(config.sliceBytes(), config.maxTensorBytes());
        return switch (exchange.input()) {
            case NPY -> ElementSlices.npy(input, length, model.signature(), size);
            case BINARY -> ElementSlices.binary(input, length, exchange.headerBytes(), model.signature(), size);
            case CSV -> new CsvSlices(input, model.signature().inputs().getFirst(), exchange.hasCsvHeader(), size);
            case JSON, RAW -> throw new IllegalStateException(exchange.input() + " is not run in slices");
        };
    }

    /// The places of the outputs that the answer holds.
    private List<Integer> wanted(Exchange exchange, RequestDetails details) throws RefusedException {
        ModelSignature signature = model.signature();
        List<Integer> named =
                details.outputs().stream().map(signature::indexOfOutput).toList();
        List<Integer> all = named.isEmpty()
                ? IntStream.range(0, signature.outputs().size()).boxed().toList()
                : named;
        if (exchange.answer() != Format.NPY) {
            return all;
        }
        return List.of(all.stream()
                .filter(index -> exchange.output().isEmpty()
                        || signature.outputs().get(index).name().equals(exchange.output()))
                .findFirst()
                .orElseThrow(() -> new RefusedException(406, "the model has no output of the accepted name")));
    }
}
