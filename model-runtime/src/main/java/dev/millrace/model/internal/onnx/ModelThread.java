package dev.millrace.model.internal.onnx;

import ai.onnxruntime.OrtException;
import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.PlatformException;
import dev.millrace.invocation.port.ModelRunner.ModelResponse;
import dev.millrace.model.RunnerConfig;
import dev.millrace.model.internal.codec.Answers;
import dev.millrace.model.internal.codec.Exchange;
import dev.millrace.model.internal.codec.Format;
import dev.millrace.model.internal.codec.RequestDetails;
import dev.millrace.model.internal.codec.Requests;
import dev.millrace.model.internal.tensor.InputBatch;
import dev.millrace.model.internal.tensor.OutputTensor;
import dev.millrace.model.internal.tensor.RefusedException;
import dev.millrace.model.internal.tensor.Shape;
import dev.millrace.model.internal.tensor.TensorType;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One thread of the pool: takes a request and what waits and fits with it, runs them at once, and answers
/// each.
final class ModelThread implements Runnable {
    private static final Logger LOGGER = LoggerFactory.getLogger(ModelThread.class);

    /// Between them they touch what reads requests, and no model takes them.
    private static final List<String> SAMPLES =
            List.of("[0.5]", "{\"inputs\":[{\"name\":\"\",\"shape\":[1],\"datatype\":\"FP32\",\"data\":[0.5]}]}");

    /// A request among the inputs of the next run.
    private record Member(Work.Request work, RequestDetails details, int fromRow, int rows) {}

    private enum Decoded {
        KEPT,
        GONE,
        UNFIT
    }

    private final WorkQueue queue;
    private final RunBench bench;
    private final Batching batching;
    private final Answers answers;
    private final RunnerConfig config;
    private final List<Member> members = new ArrayList<>();
    private volatile boolean isClosing;

    ModelThread(WorkQueue queue, RunBench bench, Batching batching, Answers answers, RunnerConfig config) {
        this.queue = queue;
        this.bench = bench;
        this.batching = batching;
        this.answers = answers;
        this.config = config;
    }

    /// Runs until the queue is closed.
    @Override
    public void run() {
        try (bench) {
            warmUp();
            for (Work work = queue.take(); work != null; work = queue.take()) {
                process(work);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /// Ends the run that is going on; called by another thread once the queue is closed.
    void terminate() {
        isClosing = true;
        try {
            bench.terminate();
        } catch (OrtException e) {
            LOGGER.atWarn().addKeyValue("error", OnnxSession.message(e)).log("A model run cannot be ended");
        }
    }

    /// Loads the classes that the first JSON request needs while the process is still starting: 20 ms that no
    /// caller waits for. Runs nothing on the model, which may be slow.
    private void warmUp() {
        InputBatch inputs = bench.inputs();
        for (String sample : SAMPLES) {
            inputs.begin();
            try {
                Requests.read(
                        sample.getBytes(StandardCharsets.UTF_8), Exchange.of(Format.JSON.contentType(), null), inputs);
            } catch (RefusedException _) {
                inputs.rollback();
            }
        }
        inputs.reset();
        try {
            var output = new OutputTensor("y", TensorType.FP32, Shape.of(1), ByteBuffer.allocate(4), List.of());
            answers.write(Exchange.of(Format.JSON.contentType(), null), RequestDetails.NONE, List.of(output));
        } catch (RefusedException e) {
            throw new IllegalStateException("the sample answer cannot be written", e);
        }
    }

    private void process(Work work) throws InterruptedException {
        try {
            switch (work) {
                case Work.Request request -> batch(request);
                case Work.Slice slice -> slice(slice);
            }
        } catch (RuntimeException | Error e) {
            PlatformException failure = unexpected(e);
            work.fail(failure);
            members.forEach(member -> member.work().fail(failure));
        }
    }

    private void batch(Work.Request first) throws InterruptedException {
        bench.inputs().reset();
        members.clear();
        if (decode(first, Integer.MAX_VALUE) != Decoded.KEPT) {
            return;
        }
        int limit = batching.rowLimit();
        if (limit > 1) {
            fill(limit);
        }
        members.forEach(member -> member.work().onStart().run());
        if (members.size() == 1) {
            runAlone(members.getFirst());
        } else if (batching.state() == Batching.State.TRUSTED) {
            runTogether();
        } else {
            runBothWays();
        }
    }

    /// Takes what waits, but leaves the other threads their share of it: all of a slow model's requests in one run
    /// would keep one core busy and the others idle.
    private void fill(int limit) throws InterruptedException {
        long end = System.nanoTime() + config.maxBatchDelay().toNanos();
        int share = config.maxBatchDelay().isZero() ? 1 + queue.size() / config.threads() : Integer.MAX_VALUE;
        while (bench.inputs().rows() < limit && members.size() < share) {
            Work next = queue.poll(config.maxBatchDelay().isZero() ? 0 : end - System.nanoTime());
            switch (next) {
                case null -> {
                    return;
                }
                case Work.Slice slice -> {
                    queue.putBack(slice);
                    return;
                }
                case Work.Request request -> {
                    if (decode(request, limit) == Decoded.UNFIT) {
                        queue.putBack(request);
                        return;
                    }
                }
            }
        }
    }

    private Decoded decode(Work.Request work, int maxRows) {
        if (work.isCancelled()) {
            return Decoded.GONE;
        }
        InputBatch inputs = bench.inputs();
        inputs.begin();
        try {
            int before = inputs.rows();
            RequestDetails details = Requests.read(work.body().bytes(), work.exchange(), inputs);
            if (!inputs.commit(maxRows)) {
                return Decoded.UNFIT;
            }
            members.add(new Member(work, details, before, inputs.rows() - before));
            return Decoded.KEPT;
        } catch (RefusedException e) {
            inputs.rollback();
            work.refuse(e.statusCode(), e.text());
            return Decoded.GONE;
        }
    }

    private void runAlone(Member member) {
        try {
            answer(member, run(member.fromRow(), member.rows()));
        } catch (OrtException e) {
            refuse(member, e);
        } catch (RuntimeException e) {
            member.work().fail(unexpected(e));
        }
    }

    private static PlatformException unexpected(Throwable e) {
        LOGGER.atError().setCause(e).log("A model run failed unexpectedly");
        return new PlatformException(ErrorCode.INTERNAL_FAILURE, "the model run failed unexpectedly", e);
    }

    private void runTogether() {
        int rows = bench.inputs().rows();
        List<OutputTensor> outputs;
        try {
            outputs = run(0, rows);
        } catch (OrtException | RuntimeException _) {
            // One of them is at fault: alone, each gets its own answer.
            members.forEach(this::runAlone);
            return;
        }
        if (outputs.stream()
                .anyMatch(output -> output.shape().rank() == 0 || output.shape().rows() != rows)) {
            batching.refute();
            members.forEach(this::runAlone);
            return;
        }
        for (Member member : members) {
            answer(member, rowsOf(outputs, member));
        }
    }

    private void runBothWays() {
        if (members.size() > 1 && hasDifferentRows()) {
            Member last = members.getLast();
            try {
                List<OutputTensor> together = rowsOf(run(0, bench.inputs().rows()), last).stream()
                        .map(ModelThread::copied)
                        .toList();
                batching.judge(run(last.fromRow(), last.rows()), together);
            } catch (OrtException | RuntimeException _) {
                batching.refute();
            }
        }
        members.forEach(this::runAlone);
    }

    /// Rows that are all the same would agree in any model.
    private boolean hasDifferentRows() {
        Member first = members.getFirst();
        Member last = members.getLast();
        InputBatch inputs = bench.inputs();
        return !inputs.sameRows(first.fromRow(), last.fromRow());
    }

    private List<OutputTensor> run(int fromRow, int rows) throws OrtException {
        long start = System.nanoTime();
        List<OutputTensor> outputs = bench.run(fromRow, rows, batching.state() == Batching.State.TRUSTED);
        batching.observe(rows, System.nanoTime() - start);
        return outputs;
    }

    private static boolean hasRows(List<OutputTensor> outputs, int rows) {
        return outputs.stream()
                .allMatch(output -> output.shape().rank() > 0 && output.shape().rows() == rows);
    }

    private static List<OutputTensor> rowsOf(List<OutputTensor> outputs, Member member) {
        return outputs.stream()
                .map(output -> output.rows(member.fromRow(), member.rows()))
                .toList();
    }

    private static OutputTensor copied(OutputTensor output) {
        return new OutputTensor(
                output.name(),
                output.type(),
                output.shape(),
                ByteBuffer.allocate(output.data().remaining())
                        .order(output.data().order())
                        .put(output.data().duplicate())
                        .flip(),
                output.texts());
    }

    private void answer(Member member, List<OutputTensor> outputs) {
        try {
            Answers.Answer answer = answers.write(member.work().exchange(), member.details(), outputs);
            member.work().future().complete(new ModelResponse.Success(answer.body(), answer.contentType(), null));
        } catch (RefusedException e) {
            member.work().refuse(e.statusCode(), e.text());
        }
    }

    private void refuse(Member member, OrtException e) {
        if (isClosing) {
            member.work().fail(OnnxModelRunner.closing());
        } else {
            member.work().refuse(statusOf(e), "the model failed on this input: " + OnnxSession.message(e));
        }
    }

    private static int statusOf(OrtException e) {
        return e.getCode() == OrtException.OrtErrorCode.ORT_INVALID_ARGUMENT ? 400 : 500;
    }

    private void slice(Work.Slice work) throws InterruptedException {
        if (work.isCancelled()) {
            return;
        }
        var output = new SliceOutput(work.input().rows());
        InputSlice input = work.input();
        try {
            for (int done = 0; done < input.rows(); ) {
                int rows = Math.min(input.pieceRows(), input.rows() - done);
                runSlicePiece(input, done, rows, work.encoder(), output);
                done += rows;
                serveThoseWhoWait();
            }
            work.future().complete(output);
        } catch (RefusedException e) {
            work.fail(isClosing ? OnnxModelRunner.closing() : e);
        }
    }

    private void serveThoseWhoWait() throws InterruptedException {
        for (Work waiting = queue.pollRealTime(); waiting != null; waiting = queue.pollRealTime()) {
            process(waiting);
        }
    }

    private void runSlicePiece(InputSlice input, int from, int rows, SliceEncoder encoder, SliceOutput output)
            throws RefusedException {
        input.fill(bench.inputs(), from, rows);
        try {
            List<OutputTensor> outputs = bench.run(0, rows, true);
            if (!hasRows(outputs, rows)) {
                throw new RefusedException(
                        500,
                        "the model's outputs do not have a row for each row of its input: it cannot run in slices");
            }
            encoder.add(outputs, output);
        } catch (OrtException e) {
            throw faultOf(input, from, rows, e);
        }
    }

    /// The same failure with the number of the first row that fails alone.
    private RefusedException faultOf(InputSlice input, int from, int rows, OrtException together) {
        @Nullable OrtException cause = null;
        long row = input.firstRow() + from;
        for (int i = 0; i < rows && cause == null; i++) {
            try {
                row = input.firstRow() + from + i;
                bench.run(i, 1, true);
            } catch (OrtException e) {
                cause = e;
            }
        }
        String place = cause == null ? "rows " + (row - rows + 2) + " to " + (row + 1) : "row " + (row + 1);
        OrtException shown = cause == null ? together : cause;
        return new RefusedException(
                statusOf(shown), place + ": the model failed on this input: " + OnnxSession.message(shown));
    }
}
