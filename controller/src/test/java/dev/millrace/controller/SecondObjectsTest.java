package dev.millrace.controller;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.invocation.BucketName;
import dev.millrace.invocation.EndpointName;
import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.InferenceId;
import dev.millrace.invocation.InvocationEvent;
import dev.millrace.invocation.InvocationSummary;
import dev.millrace.invocation.ObjectLocation;
import dev.millrace.invocation.Payload;
import dev.millrace.invocation.PlatformObjects;
import dev.millrace.invocation.Timings;
import dev.millrace.invocation.VariantName;
import dev.millrace.invocation.port.ObjectAttributes;
import dev.millrace.invocation.port.WriteCondition;
import dev.millrace.testkit.FakeObjectStore;
import dev.millrace.testkit.contract.Requests;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;

class SecondObjectsTest {
    private static final Instant NOW = Instant.parse("2026-11-21T10:00:00Z");
    private static final EndpointName ENDPOINT = new EndpointName("digits");

    private final PlatformObjects objects = new PlatformObjects(new BucketName("platform"));
    private final FakeObjectStore store = new FakeObjectStore(InstantSource.fixed(NOW), objects.bucket());
    private final SecondObjects seconds = new SecondObjects(store, NOW.minus(Duration.ofMinutes(5)), 2);

    @Test
    void deletesTheFailureOfACompletedCall() throws InterruptedException {
        InvocationSummary call = call(NOW);
        read(completed(call));

        read(failed(call));

        seconds.delete();
        assertThat(store.head(call.outputLocation())).isPresent();
        assertThat(store.head(call.failureLocation())).isEmpty();
        assertThat(store.head(objects.input(call.invocationId()))).isPresent();
    }

    @Test
    void deletesTheOutputOfACallThatHadExpired() throws InterruptedException {
        InvocationSummary call = call(NOW);
        read(new InvocationEvent.Expired(call, NOW));
        read(new InvocationEvent.Expired(call, NOW));
        read(failed(call));

        read(completed(call));

        seconds.delete();
        assertThat(store.head(call.outputLocation())).isEmpty();
        assertThat(store.head(call.failureLocation())).isPresent();
    }

    @Test
    void keepsWhatAnotherCallWroteThere() throws InterruptedException {
        InvocationSummary call = call(NOW);
        var other = new ObjectAttributes("text/plain", Requests.id());
        store.put(call.outputLocation(), Payload.ofUtf8("other"), other, WriteCondition.ALWAYS);
        read(failed(call));

        read(completed(call));

        seconds.delete();
        assertThat(store.head(call.outputLocation())).isPresent();
    }

    @Test
    void keepsBothWhereTheFirstEventIsNotCertain() throws InterruptedException {
        InvocationSummary before = call(NOW.minus(Duration.ofMinutes(6)));
        InvocationSummary known = call(NOW);
        read(failed(before));
        read(completed(before));
        read(completed(known));

        read(failed(known));

        seconds.delete();
        assertThat(store.head(before.outputLocation())).isPresent();
        assertThat(store.head(before.failureLocation())).isPresent();
        assertThat(store.head(known.failureLocation())).isEmpty();
    }

    @Test
    void keepsBothOfACallThatWasForgottenOnce() throws InterruptedException {
        InvocationSummary forgotten = call(NOW);
        read(completed(forgotten));
        for (int i = 0; i < 2; i++) {
            read(completed(call(NOW)));
        }
        read(failed(forgotten));
        read(completed(forgotten));
        InvocationSummary later = call(NOW.plusSeconds(60));
        read(completed(later));

        read(failed(later));

        seconds.delete();
        assertThat(store.head(forgotten.outputLocation())).isPresent();
        assertThat(store.head(later.failureLocation())).isEmpty();
    }

    private void read(InvocationEvent event) {
        seconds.onDocument(event.invocationId().toString(), event);
    }

    /// A call that left an output, a failure and its input.
    private InvocationSummary call(Instant acceptedAt) {
        var id = Requests.id();
        var call = new InvocationSummary(
                id,
                new InferenceId(id.toString()),
                ENDPOINT,
                new VariantName("AllTraffic"),
                objects.input(id),
                objects.output(ENDPOINT, id),
                objects.failure(ENDPOINT, id),
                "text/plain",
                null,
                null,
                null,
                acceptedAt);
        for (ObjectLocation at :
                new ObjectLocation[] {objects.input(id), call.outputLocation(), call.failureLocation()}) {
            store.put(at, Payload.ofUtf8("x"), new ObjectAttributes("text/plain", id), WriteCondition.ALWAYS);
        }
        return call;
    }

    private static InvocationEvent completed(InvocationSummary call) {
        var timings = new Timings(Duration.ZERO, Duration.ZERO, Duration.ZERO, Duration.ZERO);
        return new InvocationEvent.Completed(call, call.acceptedAt(), 1, "text/plain", 1, timings, null);
    }

    private static InvocationEvent failed(InvocationSummary call) {
        return new InvocationEvent.Failed(call, call.acceptedAt(), 1, ErrorCode.MODEL_ERROR, "no");
    }
}
