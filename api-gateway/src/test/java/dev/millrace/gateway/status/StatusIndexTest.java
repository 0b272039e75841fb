package dev.millrace.gateway.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.invocation.EndpointName;
import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.GenerationId;
import dev.millrace.invocation.InferenceId;
import dev.millrace.invocation.InvocationEvent;
import dev.millrace.invocation.InvocationId;
import dev.millrace.invocation.InvocationSummary;
import dev.millrace.invocation.ObjectLocation;
import dev.millrace.invocation.Payload;
import dev.millrace.invocation.Timings;
import dev.millrace.invocation.VariantName;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class StatusIndexTest {
    private static final EndpointName DIGITS = new EndpointName("digits");
    private static final EndpointName OTHER = new EndpointName("other");
    private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");

    private final Random random = new Random(1);
    private final StatusIndex index = new StatusIndex(100);
    private int made;

    @Test
    void followsAnInvocationFromAcceptanceToItsEnd() {
        InvocationSummary call = call("ref-1");

        index.onEvent(accepted(call));
        assertThat(word(call)).isEqualTo("Queued");
        index.onEvent(started(call, 1));
        assertThat(word(call)).isEqualTo("InProgress");
        index.onEvent(completed(call));
        assertThat(word(call)).isEqualTo("Completed");
    }

    @Test
    void takesTheFirstTerminalEventForTheTruth() {
        InvocationSummary call = call("ref-1");
        index.onEvent(accepted(call));

        index.onEvent(completed(call));
        index.onEvent(failed(call));
        index.onEvent(started(call, 2));

        assertThat(word(call)).isEqualTo("Completed");
        assertThat(index.find(DIGITS, call.invocationId()).orElseThrow().attempts())
                .isEqualTo(1);
    }

    @Test
    void toldAnythingTwiceOrInAnotherOrderEndsTheSame() {
        InvocationSummary call = call("ref-1");
        for (InvocationEvent event :
                List.of(completed(call), started(call, 1), accepted(call), completed(call), accepted(call))) {
            index.onEvent(event);
        }

        assertThat(word(call)).isEqualTo("Completed");
        assertThat(index.unfinished(DIGITS)).isZero();
    }

    @Test
    void findsTheLatestCallOfAnInferenceIdAndTheOthers() {
        InvocationSummary first = call("same");
        InvocationSummary second = call("same");
        index.onEvent(accepted(first));
        index.onEvent(accepted(second));

        assertThat(index.find(DIGITS, new InferenceId("same")))
                .containsExactly(second.invocationId(), first.invocationId());
        assertThat(index.find(OTHER, new InferenceId("same"))).isEmpty();
        assertThat(index.find(OTHER, first.invocationId())).isEmpty();
    }

    @Test
    void countsUnfinishedCallsPerEndpointAlsoBeyondItsCapacity() {
        var calls = IntStream.range(0, 250).mapToObj(i -> call("ref-" + i)).toList();
        calls.forEach(call -> index.onEvent(accepted(call)));

        assertThat(index.size()).isEqualTo(100);
        assertThat(index.unfinished(DIGITS)).isEqualTo(250);
        assertThat(index.unfinished(OTHER)).isZero();

        calls.forEach(call -> index.onEvent(completed(call)));
        assertThat(index.unfinished(DIGITS)).isZero();
        assertThat(index.size()).isEqualTo(100);
    }

    @Test
    void forgetsTheInferenceIdsOfWhatItDropped() {
        for (int i = 0; i < 250; i++) {
            index.onEvent(accepted(call("ref-" + i)));
        }

        assertThat(index.find(DIGITS, new InferenceId("ref-0"))).isEmpty();
        assertThat(index.find(DIGITS, new InferenceId("ref-249"))).hasSize(1);
    }

    @Test
    void keepsTheYoungestCallsInWhateverOrderTheyAreRead() {
        List<InvocationSummary> calls =
                IntStream.range(0, 150).mapToObj(_ -> call("same")).toList();
        List<InvocationSummary> shuffled = new ArrayList<>(calls);
        Collections.shuffle(shuffled, random);

        shuffled.forEach(call -> index.onEvent(accepted(call)));
        shuffled.forEach(call -> index.onEvent(completed(call)));

        List<InvocationId> youngest = calls.reversed().stream()
                .limit(100)
                .map(InvocationSummary::invocationId)
                .toList();
        assertThat(index.find(DIGITS, new InferenceId("same"))).isEqualTo(youngest);
        assertThat(calls.subList(0, 50)).allMatch(call -> index.mayHaveDropped(call.invocationId()));
        assertThat(youngest).noneMatch(index::mayHaveDropped);
        assertThat(index.unfinished(DIGITS)).isZero();
    }

    @Test
    void tellsWhoeverWaitsOnceTheInvocationEnds() {
        InvocationSummary call = call("ref-1");
        var before = index.whenTerminal(call.invocationId());
        index.onEvent(accepted(call));
        assertThat(before).isNotDone();

        index.onEvent(failed(call));

        assertThat(before).isCompletedWithValueMatching(InvocationStatus::isTerminal);
        assertThat(index.whenTerminal(call.invocationId())).isCompleted();
    }

    @Test
    void doesNotKeepOutputsThatRodeInEvents() {
        InvocationSummary call = call("ref-1");
        index.onEvent(completed(call));

        var end = (InvocationEvent.Completed)
                index.find(DIGITS, call.invocationId()).orElseThrow().terminal();
        assertThat(end).isNotNull();
        assertThat(end.response()).isNull();
    }

    private String word(InvocationSummary call) {
        return index.find(DIGITS, call.invocationId())
                .flatMap(status -> StatusView.of(status, List.of()))
                .orElseThrow()
                .status();
    }

    private InvocationSummary call(String inferenceId) {
        Instant at = NOON.plusSeconds(made++);
        var id = InvocationId.create(() -> at, random);
        return new InvocationSummary(
                id,
                new InferenceId(inferenceId),
                DIGITS,
                new VariantName("AllTraffic"),
                null,
                ObjectLocation.parse("s3://results/" + id + ".out"),
                ObjectLocation.parse("s3://results/" + id + "-error.out"),
                null,
                null,
                null,
                null,
                at);
    }

    private static InvocationEvent accepted(InvocationSummary call) {
        return new InvocationEvent.Accepted(call, new GenerationId("g1"), call.acceptedAt());
    }

    private static InvocationEvent started(InvocationSummary call, int attempt) {
        return new InvocationEvent.Started(call.invocationId(), NOON, "worker-1", attempt);
    }

    private static InvocationEvent completed(InvocationSummary call) {
        var timings = new Timings(Duration.ofMillis(1), Duration.ZERO, Duration.ofMillis(2), Duration.ofMillis(3));
        return new InvocationEvent.Completed(call, NOON, 1, "text/csv", 3, timings, Payload.ofUtf8("7\n"));
    }

    private static InvocationEvent failed(InvocationSummary call) {
        return new InvocationEvent.Failed(call, NOON, 2, ErrorCode.MODEL_ERROR, "no");
    }
}
