package dev.millrace.notifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.controlplane.EndpointResource;
import dev.millrace.invocation.EndpointName;
import dev.millrace.invocation.InvocationEvent;
import dev.millrace.runtime.JavaCommand;
import dev.millrace.runtime.JavaProcess;
import dev.millrace.testkit.Modules;
import dev.millrace.testkit.SharedServers;
import dev.millrace.testkit.StoreAccess;
import dev.millrace.testkit.WebhookReceiver.Answer;
import dev.millrace.testkit.WebhookReceiver.Received;
import dev.millrace.testkit.contract.Requests;
import java.io.File;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// The notifier as a process that is killed and stopped.
class NotifierProcessIT {
    private static final int KILLED = 137;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final EndpointName name = Requests.endpoint();
    private final NotifierPlatform platform = new NotifierPlatform();
    private final List<JavaProcess> processes = new ArrayList<>();

    @AfterEach
    void close() {
        processes.forEach(JavaProcess::kill);
        platform.close();
    }

    @Test
    void sendsTheSameMessageAgainWhenItWasKilledBeforeItHadTheAnswer() {
        EndpointResource endpoint = platform.controlPlane.createEndpoint(name);
        platform.receiver.answer(Answer.of(200).after(Duration.ofMinutes(1)));
        JavaProcess first = start();
        platform.publish(Ends.completed(Ends.call(name, "outputs", platform.receiver.url("/hook"), null)));
        await().atMost(PATIENCE).until(() -> hooks().size() == 1);

        first.kill();
        platform.receiver.answer(Answer.of(200));
        start();

        await().atMost(PATIENCE).until(() -> hooks().size() == 2);
        assertThat(hooks().getLast().header("webhook-id"))
                .isEqualTo(hooks().getFirst().header("webhook-id"));
        assertThat(hooks().getLast().text()).isEqualTo(hooks().getFirst().text());
        assertThat(hooks()).allMatch(hook -> TestControlPlane.isSignedWith(endpoint.webhookSecret(), hook));
    }

    @Test
    void stopsWhenToldToWhileAReceiverHangs() {
        platform.controlPlane.createEndpoint(name);
        platform.receiver.answer(Answer.of(200).after(Duration.ofMinutes(1)));
        JavaProcess process = start();
        InvocationEvent event = Ends.completed(Ends.call(name, "outputs", platform.receiver.url("/hook"), null));
        platform.publish(event);
        await().atMost(PATIENCE).until(() -> hooks().size() == 1);
        long start = System.nanoTime();

        int status = process.stop(Duration.ofSeconds(20));

        assertThat(status).isNotEqualTo(KILLED);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(8));
    }

    private List<Received> hooks() {
        return platform.receiver.received("/hook");
    }

    private JavaProcess start() {
        StoreAccess store = SharedServers.store();
        List<Path> classPath = Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(Path::of)
                .toList();
        Path logging = Modules.root().resolve("build-tools/logback-test.xml");
        JavaCommand command = new JavaCommand("dev.millrace.notifier.NotifierMain", classPath)
                .withJvmFlags(List.of("-Xmx128m", "-XX:+UseSerialGC", "-Dlogback.configurationFile=" + logging))
                .withEnvironment(Map.of(
                        "MILLRACE_KAFKA_BOOTSTRAP_SERVERS", SharedServers.kafka(),
                        "MILLRACE_S3_ENDPOINT", store.endpoint().toString(),
                        "MILLRACE_S3_REGION", store.region(),
                        "MILLRACE_S3_ACCESS_KEY", store.accessKey(),
                        "MILLRACE_S3_SECRET_KEY", store.secretKey(),
                        "MILLRACE_PLATFORM_BUCKET", TestControlPlane.BUCKET.value(),
                        "MILLRACE_MANAGEMENT_PORT", "0",
                        "MILLRACE_NOTIFIER_ALLOWED_NETWORKS", "127.0.0.0/8",
                        "MILLRACE_NOTIFIER_RETRY_BASE", "200ms"));
        JavaProcess process = JavaProcess.start(
                "notifier",
                command,
                line -> System.err.println("[notifier] " + line),
                line -> System.err.println("[notifier] " + line));
        processes.add(process);
        return process;
    }
}
