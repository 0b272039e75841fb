package dev.millrace.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.InferenceRequest;
import dev.millrace.invocation.InvocationEvent;
import dev.millrace.invocation.WorkerSpec;
import dev.millrace.invocation.codec.Json;
import dev.millrace.runtime.JavaCommand;
import dev.millrace.runtime.JavaProcess;
import dev.millrace.runtime.Settings;
import dev.millrace.testkit.ScratchFolder;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Worker processes that are killed, told to leave, and given what kills them.
@Timeout(240)
class WorkerProcessIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Flow flow = new Flow();
    private final ScratchFolder folder = new ScratchFolder("worker");
    private final List<JavaProcess> started = new CopyOnWriteArrayList<>();
    private final List<String> states = new CopyOnWriteArrayList<>();

    @AfterEach
    void stop() {
        started.forEach(JavaProcess::kill);
        flow.close();
        folder.close();
    }

    private JavaProcess start(String workerId, int crashes) throws IOException {
        WorkerSpec spec = flow.spec(workerId, null);
        Path file = folder.path().resolve(workerId + ".json");
        Files.write(file, Json.codec(WorkerSpec.class).encode(spec));
        var settings = new HashMap<>(flow.workerSettings());
        settings.put("worker.crashes", Integer.toString(crashes));
        settings.put("worker.kill-grace", "1s");
        var environment = new HashMap<String, String>();
        settings.forEach((key, value) -> environment.put(Settings.environmentName(key), value));
        List<Path> classPath = Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(Path::of)
                .toList();
        var command = new JavaCommand(ScriptedWorkerMain.class.getName(), classPath)
                .withJvmFlags(List.of(
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-Xmx128m",
                        "-Dlogback.configurationFile=worker-logback.xml"))
                .withArguments("--spec", file.toString())
                .withEnvironment(Map.copyOf(environment));
        JavaProcess process = JavaProcess.start(workerId, command, states::add, System.err::println);
        started.add(process);
        return process;
    }

    private void awaitStarted(InferenceRequest request, int attempt) {
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(flow.events(request))
                        .anySatisfy(event -> assertThat(event)
                                .isInstanceOfSatisfying(
                                        InvocationEvent.Started.class,
                                        begun -> assertThat(begun.attempt()).isGreaterThanOrEqualTo(attempt))));
    }

    private InvocationEvent.Terminal awaitEnd(InferenceRequest request) {
        await().atMost(PATIENCE).until(() -> !flow.ends(request).isEmpty());
        return flow.ends(request).getFirst();
    }

    @Test
    void anotherWorkerFinishesWhatAKilledOneHadBegun() throws IOException {
        JavaProcess first = start("w1", 0);
        InferenceRequest request = flow.send(flow.request("slow 3000 x"));
        awaitStarted(request, 1);
        start("w2", 0);

        first.kill();

        assertThat(awaitEnd(request))
                .isInstanceOfSatisfying(
                        InvocationEvent.Completed.class,
                        // The broker may hand it to another consumer of the dead process before it knows.
                        end -> assertThat(end.attempt()).isBetween(2, 4));
        assertThat(flow.ends(request)).hasSize(1);
    }

    @Test
    void poisonKillsNoNeighbourAndEndsAtTheDeliveryLimit() throws IOException, InterruptedException {
        InferenceRequest poison = flow.send(flow.request("halt"));
        InferenceRequest neighbour = flow.send(flow.request("echo neighbour"));

        int crashes = 0;
        for (; crashes < 12 && flow.ends(neighbour).isEmpty(); crashes++) {
            JavaProcess worker = start("w" + crashes, crashes);
            await().atMost(PATIENCE)
                    .until(() -> !worker.isAlive() || !flow.ends(neighbour).isEmpty());
        }

        assertThat(awaitEnd(neighbour)).isInstanceOf(InvocationEvent.Completed.class);
        assertThat(crashes).isLessThanOrEqualTo(flow.kafka.deliveryLimit() + 1);
        await().atMost(PATIENCE).until(() -> flow.backlog() == 0);
        assertThat(flow.ends(poison)).isEmpty();
    }

    @Test
    void failsACallWhoseModelHangsAndEndsTheProcess()
            throws IOException, ExecutionException, InterruptedException, TimeoutException {
        JavaProcess worker = start("w1", 0);
        InferenceRequest request = flow.send(WorkerFixture.withLimits(
                flow.request("hang"),
                Duration.ofSeconds(1),
                flow.clock.instant().plusSeconds(600)));

        int status = worker.onExit().get(60, TimeUnit.SECONDS);

        assertThat(status).isEqualTo(WorkerProcess.STUCK);
        assertThat(awaitEnd(request))
                .isInstanceOfSatisfying(
                        InvocationEvent.Failed.class,
                        end -> assertThat(end.code()).isEqualTo(ErrorCode.MODEL_TIMEOUT));
        await().atMost(PATIENCE).until(() -> flow.backlog() == 0);
    }

    @Test
    void finishesWhatItHoldsWhenToldToLeave()
            throws IOException, ExecutionException, InterruptedException, TimeoutException {
        JavaProcess worker = start("w1", 0);
        InferenceRequest request = flow.send(flow.request("slow 2000 x"));
        awaitStarted(request, 1);

        worker.send("drain");

        assertThat(worker.onExit().get(60, TimeUnit.SECONDS)).isZero();
        assertThat(awaitEnd(request))
                .isInstanceOfSatisfying(
                        InvocationEvent.Completed.class,
                        end -> assertThat(end.attempt()).isOne());
        assertThat(states).anyMatch(state -> state.contains("Draining"));
    }

    @Test
    void leavesWithinSecondsAndGivesBackItsWorkWhenItsHostIsGone()
            throws IOException, ExecutionException, InterruptedException, TimeoutException {
        JavaProcess worker = start("w1", 0);
        InferenceRequest request = flow.send(flow.request("slow 15000 x"));
        awaitStarted(request, 1);

        long begun = System.nanoTime();
        worker.stop(Duration.ofSeconds(30));

        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(8));
        start("w2", 0);
        awaitStarted(request, 2);
    }
}
