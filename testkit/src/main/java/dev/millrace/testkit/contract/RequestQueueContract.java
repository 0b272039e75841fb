package dev.millrace.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.InferenceInput;
import dev.millrace.invocation.InferenceRequest;
import dev.millrace.invocation.LaneId;
import dev.millrace.invocation.ObjectLocation;
import dev.millrace.invocation.Outcome;
import dev.millrace.invocation.Payload;
import dev.millrace.invocation.PlatformException;
import dev.millrace.invocation.port.AcquiredRequest;
import dev.millrace.invocation.port.RequestQueue;
import dev.millrace.testkit.Ports;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// What an adapter that enqueues promises; the lanes and consumers are those of the queue's own adapter.
public abstract class RequestQueueContract {
    /// The adapter that is tested, connected to that broker.
    protected abstract RequestQueue open(String bootstrapServers);

    /// Lanes and consumers on a broker that runs.
    protected abstract QueueAdapter adapter();

    /// The broker of [#adapter].
    protected abstract String bootstrapServers();

    @Test
    void deliversRequestsAsTheyWereGiven() {
        InferenceRequest inline = Requests.asynchronous("a body");
        InferenceRequest stored =
                Requests.asynchronous(new InferenceInput.Stored(ObjectLocation.parse("s3://inputs/a/file.bin"), false));

        assertThat(sendAndReceive(List.of(inline, stored))).containsExactlyInAnyOrder(inline, stored);
    }

    @Test
    void losesNothingOfWhatManyThreadsSend() {
        List<InferenceRequest> requests = Requests.numbered(1_000);

        assertThat(sendAndReceive(requests)).containsExactlyInAnyOrderElementsOf(requests);
    }

    @Test
    void refusesWhatDoesNotFitInARecord() {
        LaneId lane = Requests.lane();
        try (QueueAdapter adapter = adapter();
                RequestQueue queue = open(bootstrapServers())) {
            adapter.lanes().create(List.of(lane));
            var tooLarge = new InferenceInput.Inline(Payload.of(new byte[2 << 20]));

            assertThatThrownBy(() -> queue.enqueue(lane, Requests.asynchronous(tooLarge))
                            .toCompletableFuture()
                            .join())
                    .isInstanceOf(CompletionException.class)
                    .cause()
                    .isInstanceOfSatisfying(
                            PlatformException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.PAYLOAD_TOO_LARGE));
            queue.enqueue(lane, Requests.asynchronous("small"))
                    .toCompletableFuture()
                    .join();
        }
    }

    @Test
    void failsSoonWhenTheBrokerIsOutOfReach() {
        LaneId lane = Requests.lane();
        try (RequestQueue queue = open("127.0.0.1:" + Ports.free())) {
            long start = System.nanoTime();
            var sends = IntStream.range(0, 2)
                    .mapToObj(
                            _ -> queue.enqueue(lane, Requests.asynchronous("x")).toCompletableFuture())
                    .toList();

            sends.forEach(sent -> assertThatThrownBy(sent::join)
                    .isInstanceOf(CompletionException.class)
                    .cause()
                    .isInstanceOfSatisfying(
                            PlatformException.class,
                            e -> assertThat(e.code()).isEqualTo(ErrorCode.SERVICE_UNAVAILABLE)));
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(4));
        }
    }

    private List<InferenceRequest> sendAndReceive(List<InferenceRequest> requests) {
        LaneId lane = Requests.lane();
        var hold = new Hold();
        try (QueueAdapter adapter = adapter();
                RequestQueue queue = open(bootstrapServers())) {
            adapter.lanes().create(List.of(lane));
            try (var _ = adapter.consumers().open(lane, 32, request -> {
                hold.onAcquired(request);
                request.acknowledge(new Outcome.Completed());
            })) {
                requests.parallelStream()
                        .map(request -> queue.enqueue(lane, request).toCompletableFuture())
                        .toList()
                        .forEach(sent -> sent.orTimeout(10, TimeUnit.SECONDS).join());
                hold.await(requests.size());
            }
        }
        return new ArrayList<>(
                hold.taken().stream().map(AcquiredRequest::request).toList());
    }
}
