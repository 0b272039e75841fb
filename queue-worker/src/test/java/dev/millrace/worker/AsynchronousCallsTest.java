package dev.millrace.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.InferenceInput;
import dev.millrace.invocation.InferenceRequest;
import dev.millrace.invocation.InvocationEvent;
import dev.millrace.invocation.ObjectLocation;
import dev.millrace.invocation.Outcome;
import dev.millrace.invocation.Payload;
import dev.millrace.invocation.PlatformObjects;
import dev.millrace.invocation.port.ObjectAttributes;
import dev.millrace.invocation.port.WriteCondition;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AsynchronousCallsTest {
    private final WorkerFixture fixture = new WorkerFixture();

    @AfterEach
    void close() {
        fixture.close();
    }

    private void awaitOutcome(FakeAcquired record, Class<? extends Outcome> outcome) {
        await().untilAsserted(() -> assertThat(record.outcome()).isInstanceOf(outcome));
    }

    private static Payload text(String text) {
        return Payload.ofUtf8(text);
    }

    @Test
    void storesTheOutputThenPublishesThenAcknowledges() {
        InferenceRequest request = fixture.asynchronous("echo 1");

        FakeAcquired record = fixture.give(request);

        awaitOutcome(record, Outcome.Completed.class);
        assertThat(fixture.text(WorkerFixture.output(request.invocationId()))).isEqualTo("answer to echo 1");
        await().untilAsserted(() -> assertThat(fixture.ends(request))
                .singleElement()
                .isInstanceOfSatisfying(InvocationEvent.Completed.class, event -> {
                    assertThat(event.contentType()).isEqualTo("text/plain");
                    assertThat(event.outputBytes()).isEqualTo("answer to echo 1".length());
                    assertThat(event.response()).isEqualTo(text("answer to echo 1"));
                }));
    }

    @Test
    void tellsThatARequestRunsWhenItRunsForAMoment() {
        InferenceRequest quick = fixture.asynchronous("echo 1");
        InferenceRequest slow = fixture.asynchronous("slow 600 x");

        awaitOutcome(fixture.give(quick), Outcome.Completed.class);
        awaitOutcome(fixture.give(slow), Outcome.Completed.class);

        await().untilAsserted(() -> assertThat(fixture.ends(slow)).hasSize(1));
        assertThat(fixture.events.stream().filter(InvocationEvent.Started.class::isInstance))
                .singleElement()
                .extracting(InvocationEvent::invocationId)
                .isEqualTo(slow.invocationId());
    }

    @Test
    void failsWhatTheModelRefusesWithTheModelsOwnWords() {
        InferenceRequest request = fixture.asynchronous("refuse not a digit");

        FakeAcquired record = fixture.give(request);

        awaitOutcome(record, Outcome.Failed.class);
        assertThat(fixture.text(WorkerFixture.failure(request.invocationId()))).isEqualTo("not a digit");
        await().untilAsserted(() -> assertThat(fixture.ends(request))
                .singleElement()
                .isInstanceOfSatisfying(
                        InvocationEvent.Failed.class,
                        event -> assertThat(event.code()).isEqualTo(ErrorCode.MODEL_ERROR)));
    }

    @Test
    void keepsTheInlineInputOfACallThatFails() {
        InferenceRequest request = fixture.asynchronous("refuse this");

        FakeAcquired record = fixture.give(request);

        awaitOutcome(record, Outcome.Failed.class);
        assertThat(fixture.text(new PlatformObjects(WorkerFixture.PLATFORM).input(request.invocationId())))
                .isEqualTo("refuse this");
    }

    @Test
    void failsACallWhoseInputIsGoneWithoutTryingAgain() {
        InferenceRequest request = fixture.asynchronous(
                new InferenceInput.Stored(new ObjectLocation(WorkerFixture.BUCKET, "in/gone"), false), "text/plain");

        FakeAcquired record = fixture.give(request);

        awaitOutcome(record, Outcome.Failed.class);
        assertThat(record.outcome()).isEqualTo(new Outcome.Failed(ErrorCode.INPUT_NOT_FOUND));
        assertThat(fixture.runner.runs()).isZero();
    }

    @Test
    void readsAStoredInput() {
        var at = new ObjectLocation(WorkerFixture.BUCKET, "in/1");
        fixture.store.put(at, text("echo stored"), ObjectAttributes.NONE, WriteCondition.ALWAYS);
        InferenceRequest request = fixture.asynchronous(new InferenceInput.Stored(at, false), "text/plain");

        FakeAcquired record = fixture.give(request);

        awaitOutcome(record, Outcome.Completed.class);
        assertThat(fixture.text(WorkerFixture.output(request.invocationId()))).isEqualTo("answer to echo stored");
    }

    @Test
    void streamsALargeStoredInputInSlices() {
        var at = new ObjectLocation(WorkerFixture.BUCKET, "in/large");
        String lines = "0123456789\n".repeat(5_000);
        fixture.store.put(at, text(lines), ObjectAttributes.NONE, WriteCondition.ALWAYS);
        InferenceRequest request = fixture.asynchronous(new InferenceInput.Stored(at, false), "text/lines");

        FakeAcquired record = fixture.give(request);

        awaitOutcome(record, Outcome.Completed.class);
        assertThat(fixture.text(WorkerFixture.output(request.invocationId()))).isEqualTo(lines);
    }

    @Test
    void refusesAnInputOverTheLimit() {
        var at = new ObjectLocation(WorkerFixture.BUCKET, "in/huge");
        fixture.store.put(at, Payload.of(new byte[100_001]), ObjectAttributes.NONE, WriteCondition.ALWAYS);
        InferenceRequest request = fixture.asynchronous(new InferenceInput.Stored(at, false), "text/lines");

        FakeAcquired record = fixture.give(request);

        awaitOutcome(record, Outcome.Failed.class);
        assertThat(record.outcome()).isEqualTo(new Outcome.Failed(ErrorCode.PAYLOAD_TOO_LARGE));
    }

    @Test
    void neverRunsARequestWhoseTimeToLiveHasPassed() {
        InferenceRequest request = WorkerFixture.withLimits(
                fixture.asynchronous("echo late"),
                Duration.ofSeconds(1),
                Instant.now().minusSeconds(1));

        FakeAcquired record = fixture.give(request);

        awaitOutcome(record, Outcome.Expired.class);
        assertThat(fixture.runner.runs()).isZero();
        assertThat(fixture.text(WorkerFixture.failure(request.invocationId()))).isNotEmpty();
        await().untilAsserted(() ->
                assertThat(fixture.ends(request)).singleElement().isInstanceOf(InvocationEvent.Expired.class));
    }

    @Test
    void holdsTheRecordWhileTheStoreIsDownAndCompletesOnTheSameDelivery() {
        InferenceRequest request = fixture.asynchronous("echo patient");
        fixture.store.setOut(true);
        FakeAcquired record = fixture.give(request);
        await().until(() -> fixture.runner.runs() == 1);

        fixture.store.setOut(false);

        awaitOutcome(record, Outcome.Completed.class);
        assertThat(fixture.runner.runs()).isOne();
    }

    @Test
    void holdsTheRecordWhileTheBrokerTakesNoEvent() {
        InferenceRequest request = fixture.asynchronous("echo patient");
        fixture.feed.setOut(true);
        FakeAcquired record = fixture.give(request);
        await().until(() ->
                !fixture.text(WorkerFixture.output(request.invocationId())).isEmpty());
        assertThat(record.outcome()).isNull();

        fixture.feed.setOut(false);

        awaitOutcome(record, Outcome.Completed.class);
    }

    @Test
    void publishesTheSameCompletionAgainForASecondDelivery() {
        InferenceRequest request = fixture.asynchronous("echo twice");
        awaitOutcome(fixture.give(request), Outcome.Completed.class);

        FakeAcquired second = fixture.give(request, 2);

        awaitOutcome(second, Outcome.Completed.class);
        assertThat(fixture.runner.runs()).isOne();
        await().untilAsserted(() -> assertThat(fixture.ends(request))
                .hasSize(2)
                .allSatisfy(event -> assertThat(((InvocationEvent.Completed) event).response())
                        .isEqualTo(text("answer to echo twice"))));
    }

    @Test
    void findsItsOwnOutputWhenADuplicateComesAsAFirstDelivery() {
        InferenceRequest request = fixture.asynchronous("echo twice");
        awaitOutcome(fixture.give(request), Outcome.Completed.class);

        FakeAcquired duplicate = fixture.give(request, 1);

        awaitOutcome(duplicate, Outcome.Completed.class);
        assertThat(fixture.text(WorkerFixture.output(request.invocationId()))).isEqualTo("answer to echo twice");
    }

    @Test
    void overwritesWhatAnotherInvocationLeftUnderTheSameName() {
        InferenceRequest request = fixture.asynchronous("echo mine");
        ObjectLocation at = WorkerFixture.output(request.invocationId());
        InferenceRequest other = fixture.asynchronous("echo other");
        fixture.store.put(
                at, text("theirs"), new ObjectAttributes("text/plain", other.invocationId()), WriteCondition.ALWAYS);

        FakeAcquired record = fixture.give(request);

        awaitOutcome(record, Outcome.Completed.class);
        assertThat(fixture.text(at)).isEqualTo("answer to echo mine");
    }

    @Test
    void writesNoFailureWhereAnEarlierTryHasCompleted() {
        InferenceRequest request = fixture.asynchronous("refuse now");
        ObjectLocation at = WorkerFixture.output(request.invocationId());
        fixture.store.put(
                at, text("done"), new ObjectAttributes("text/plain", request.invocationId()), WriteCondition.ALWAYS);

        FakeAcquired record = fixture.give(request);

        awaitOutcome(record, Outcome.Completed.class);
        assertThat(fixture.text(WorkerFixture.failure(request.invocationId()))).isEmpty();
    }

    @Test
    void publishesNothingOnceTheLockIsLost() {
        InferenceRequest request = fixture.asynchronous("slow 200 x");
        FakeAcquired record = fixture.give(request);

        record.lose();

        awaitOutcome(record, Outcome.LockLost.class);
        assertThat(fixture.ends(request)).isEmpty();
    }

    @Test
    void failsABugOfOursWithoutItsDetails() {
        InferenceRequest request = fixture.asynchronous("fail");

        FakeAcquired record = fixture.give(request);

        awaitOutcome(record, Outcome.Failed.class);
        assertThat(record.outcome()).isEqualTo(new Outcome.Failed(ErrorCode.INTERNAL_FAILURE));
        assertThat(fixture.text(WorkerFixture.failure(request.invocationId()))).doesNotContain("bug");
    }

    @Test
    void failsARunThatTakesTooLongButEnds() {
        InferenceRequest request = WorkerFixture.withLimits(
                fixture.asynchronous("slow 350 x"),
                Duration.ofMillis(200),
                Instant.now().plusSeconds(60));

        FakeAcquired record = fixture.give(request);

        awaitOutcome(record, Outcome.Failed.class);
        assertThat(record.outcome()).isEqualTo(new Outcome.Failed(ErrorCode.MODEL_TIMEOUT));
        await().during(Duration.ofMillis(500)).until(fixture.stuck::isEmpty);
    }

    @Test
    void saysThatTheProcessMustEndWhenARunDoesNot() {
        InferenceRequest request = WorkerFixture.withLimits(
                fixture.asynchronous("hang"),
                Duration.ofMillis(200),
                Instant.now().plusSeconds(60));

        FakeAcquired record = fixture.give(request);

        await().untilAsserted(() -> assertThat(fixture.stuck).hasSize(1));
        assertThat(record.outcome()).isEqualTo(new Outcome.Failed(ErrorCode.MODEL_TIMEOUT));
        assertThat(fixture.text(WorkerFixture.failure(request.invocationId()))).contains("did not answer within");
    }

    @Test
    void countsTheTimeoutFromTheModelsStartAndNotFromTheWaitForAThread() {
        InferenceRequest[] requests = new InferenceRequest[4];
        FakeAcquired[] records = new FakeAcquired[4];
        for (int i = 0; i < 4; i++) {
            requests[i] = WorkerFixture.withLimits(
                    fixture.asynchronous("slow 300 x"),
                    Duration.ofMillis(450),
                    Instant.now().plusSeconds(60));
        }

        for (int i = 0; i < 4; i++) {
            records[i] = fixture.give(requests[i]);
        }

        for (FakeAcquired record : records) {
            awaitOutcome(record, Outcome.Completed.class);
        }
    }
}
