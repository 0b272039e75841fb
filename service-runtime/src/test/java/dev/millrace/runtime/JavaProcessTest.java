package dev.millrace.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.File;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JavaProcessTest {
    private static final JavaCommand ECHO = new JavaCommand(
                    EchoChild.class.getName(),
                    Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                            .map(Path::of)
                            .toList())
            .withJvmFlags(List.of("-XX:+UseSerialGC", "-Xmx32m", "-XX:TieredStopAtLevel=1"));

    private final List<String> out = new CopyOnWriteArrayList<>();
    private final List<String> err = new CopyOnWriteArrayList<>();
    private final List<JavaProcess> started = new CopyOnWriteArrayList<>();

    @AfterEach
    void killWhatIsLeft() {
        started.forEach(JavaProcess::kill);
    }

    @Test
    void handsOnWhatTheChildWritesAndSendsItLines() {
        JavaProcess child = start(ECHO.withArguments("polite").withEnvironment(Map.of("MILLRACE_WORD", "mill")));
        await().untilAsserted(() -> assertThat(out).containsExactly("ready mill"));

        child.send("race");

        await().untilAsserted(() -> assertThat(err).contains("heard race"));
    }

    @Test
    void endsTheChildWhenAskedAndReportsItsStatus() {
        JavaProcess child = start(ECHO.withArguments("polite"));
        await().untilAsserted(() -> assertThat(out).containsExactly("ready none"));

        int status = child.stop(Duration.ofSeconds(10));

        assertThat(status).isIn(7, 143);
        assertThat(child.isAlive()).isFalse();
    }

    @Test
    void killsAChildThatDoesNotEndWithinTheGrace() {
        JavaProcess child = start(ECHO.withArguments("stubborn"));
        await().untilAsserted(() -> assertThat(out).containsExactly("ready none"));

        int status = child.stop(Duration.ofMillis(500));

        assertThat(status).isEqualTo(137);
        assertThat(child.onExit()).isCompletedWithValue(137);
    }

    @Test
    void refusesToSendToAChildThatIsGone() {
        JavaProcess child = start(ECHO.withArguments("polite"));

        child.kill();

        assertThatThrownBy(() -> child.send("anyone?"))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("echo");
    }

    @Test
    void namesTheModuleWhoseClassPathIsMissing(@TempDir Path root) {
        assertThatThrownBy(() -> JavaCommand.classPathOf(root, "embedded-broker"))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("embedded-broker");
    }

    private JavaProcess start(JavaCommand command) {
        JavaProcess child = JavaProcess.start("echo", command, out::add, err::add);
        started.add(child);
        return child;
    }
}
