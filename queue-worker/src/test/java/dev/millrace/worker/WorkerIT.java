package dev.millrace.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.InferenceInput;
import dev.millrace.invocation.InferenceRequest;
import dev.millrace.invocation.InvocationEvent;
import dev.millrace.invocation.ObjectLocation;
import dev.millrace.invocation.PayloadLimits;
import dev.millrace.invocation.PlatformObjects;
import dev.millrace.queue.KafkaFeeds;
import dev.millrace.queue.KafkaReplies;
import dev.millrace.queue.KafkaRequestConsumers;
import dev.millrace.runtime.Backoff;
import dev.millrace.storage.S3ObjectStore;
import dev.millrace.testkit.HttpFault;
import dev.millrace.testkit.HttpFaultProxy;
import dev.millrace.testkit.SharedServers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A worker between a real broker and a real store, the store behind a proxy that can spoil requests.
class WorkerIT {
    private HttpFaultProxy proxy;
    private Flow flow;
    private S3ObjectStore workerStore;
    private ScriptedRunner runner;
    private Worker worker;

    @BeforeEach
    void start() {
        proxy = new HttpFaultProxy(SharedServers.store().endpoint().getPort());
        flow = new Flow(SharedServers.store().at(proxy.uri()));
        workerStore = flow.store(flow.storeAccess);
        runner = new ScriptedRunner(2);
        worker = worker("w1");
        worker.start();
    }

    @AfterEach
    void stop() {
        worker.close();
        runner.close();
        workerStore.close();
        flow.close();
        proxy.close();
    }

    private Worker worker(String id) {
        return new Worker(
                flow.spec(id, null),
                config(),
                new WorkerPorts(
                        workerStore,
                        new KafkaRequestConsumers(flow.connection),
                        new KafkaFeeds(flow.connection).events(),
                        new KafkaReplies(flow.connection)),
                runner,
                flow.clock,
                flow.random,
                _ -> {},
                _ -> {});
    }

    private static WorkerConfig config() {
        return new WorkerConfig(
                new PlatformObjects(Flow.PLATFORM),
                PayloadLimits.DEFAULT,
                Path.of("unused"),
                1 << 20,
                16 << 20,
                Duration.ofSeconds(1),
                Duration.ofSeconds(30),
                Duration.ofSeconds(2),
                new Backoff(Duration.ofMillis(100), Duration.ofMillis(500)),
                0);
    }

    private InvocationEvent.Completed awaitCompleted(InferenceRequest request) {
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(
                        () -> assertThat(flow.ends(request)).first().isInstanceOf(InvocationEvent.Completed.class));
        return (InvocationEvent.Completed) flow.ends(request).getFirst();
    }

    private InvocationEvent.Failed awaitFailed(InferenceRequest request) {
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(flow.ends(request)).first().isInstanceOf(InvocationEvent.Failed.class));
        return (InvocationEvent.Failed) flow.ends(request).getFirst();
    }

    private void awaitNothingWaits() {
        await().atMost(Duration.ofSeconds(15)).until(() -> flow.backlog() == 0);
    }

    @Test
    void storesTheResultBeforeItPublishesTheCompletionAndAcknowledgesLast() {
        InferenceRequest request = flow.send(flow.request("echo 1"));

        InvocationEvent.Completed completed = awaitCompleted(request);

        // The object was there when the event was: order rule 2.
        assertThat(flow.text(flow.output(request.invocationId()))).isEqualTo("answer to echo 1");
        assertThat(completed.attempt()).isOne();
        awaitNothingWaits();
    }

    @Test
    void leavesTheRecordOnTheQueueUntilTheBrokerHasTheEvent() {
        // Given: the output cannot be written, so there can be no event and no acknowledgement.
        proxy.injectFor(HttpFaultProxy.Request.of("PUT", "/out/"), Duration.ofSeconds(3), new HttpFault.Status(503));

        InferenceRequest request = flow.send(flow.request("echo 1"));

        await().until(() -> runner.runs() == 1);
        assertThat(flow.ends(request)).isEmpty();
        assertThat(flow.backlog()).isOne();
        assertThat(awaitCompleted(request).attempt()).isOne();
        assertThat(runner.runs()).isOne();
        awaitNothingWaits();
    }

    @Test
    void neverRunsOnATruncatedInput() {
        ObjectLocation at =
                flow.put("in/1", dev.millrace.invocation.Payload.ofUtf8("echo " + "x".repeat(50_000)), null);
        proxy.inject(HttpFaultProxy.Request.of("GET", "/in/1"), 2, new HttpFault.TruncateBody(0.5));

        InferenceRequest request = flow.send(flow.request(new InferenceInput.Stored(at, false), "text/plain", null));

        awaitCompleted(request);
        assertThat(flow.text(flow.output(request.invocationId()))).hasSize("answer to echo ".length() + 50_000);
        assertThat(runner.runs()).isOne();
    }

    @Test
    void completesOnceWhenTheAnswerToItsWriteIsLost() {
        proxy.inject(HttpFaultProxy.Request.of("PUT", "/out/"), 1, new HttpFault.DropAnswer());

        InferenceRequest request = flow.send(flow.request("echo lost"));

        assertThat(awaitCompleted(request).attempt()).isOne();
        assertThat(flow.text(flow.output(request.invocationId()))).isEqualTo("answer to echo lost");
    }

    @Test
    void failsACallWhoseInputWasDeletedAfterItWasAccepted() {
        ObjectLocation at = flow.put("in/2", dev.millrace.invocation.Payload.ofUtf8("echo"), null);
        flow.store.delete(at);

        InferenceRequest request = flow.send(flow.request(new InferenceInput.Stored(at, false), "text/plain", null));

        assertThat(awaitFailed(request).code()).isEqualTo(ErrorCode.INPUT_NOT_FOUND);
        assertThat(flow.text(flow.failure(request.invocationId()))).contains("no object at");
        assertThat(proxy.count(HttpFaultProxy.Request.of("HEAD", "/in/2"))).isOne();
        awaitNothingWaits();
    }

    @Test
    void deletesNoInputOnFailure() {
        ObjectLocation at = flow.put("in/3", dev.millrace.invocation.Payload.ofUtf8("refuse it"), null);

        InferenceRequest request = flow.send(flow.request(new InferenceInput.Stored(at, true), "text/plain", null));

        awaitFailed(request);
        assertThat(flow.text(at)).isEqualTo("refuse it");
    }

    @Test
    void showsOneResultForARecordThatIsOnTheQueueTwice() {
        List<InferenceRequest> requests = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            InferenceRequest request = flow.request("echo " + i);
            flow.send(request);
            flow.send(request);
            requests.add(request);
        }

        awaitNothingWaits();

        for (InferenceRequest request : requests) {
            awaitCompleted(request);
            assertThat(flow.ends(request)).allMatch(InvocationEvent.Completed.class::isInstance);
            assertThat(flow.text(flow.output(request.invocationId()))).startsWith("answer to echo");
        }
    }

    @Test
    void expiresARequestThatWaitedTooLong() {
        InferenceRequest fresh = flow.request("echo late");
        InferenceRequest late = WorkerFixture.withLimits(
                fresh, Duration.ofSeconds(5), flow.clock.instant().minusMillis(1));

        flow.send(late);

        await().untilAsserted(() -> assertThat(flow.ends(late)).first().isInstanceOf(InvocationEvent.Expired.class));
        assertThat(runner.runs()).isZero();
    }

    @Test
    void handsItsWorkToAnotherWorkerAtOnceWhenItLeaves() throws InterruptedException {
        InferenceRequest request = flow.send(flow.request("slow 4000 x"));
        await().until(() -> runner.runs() == 1);

        worker.drain(Duration.ofMillis(100));
        worker.close();

        worker = worker("w2");
        worker.start();
        assertThat(awaitCompleted(request).attempt()).isEqualTo(2);
    }
}
