package dev.millrace.worker.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.invocation.WorkerUsage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UsageMeterTest {
    private @Nullable Duration cpu = Duration.ZERO;
    private Path status;
    private UsageMeter meter;

    @BeforeEach
    void start(@TempDir Path folder) {
        status = folder.resolve("status");
        meter = new UsageMeter(() -> Optional.ofNullable(cpu), new ResidentMemory(status), 0);
    }

    @Test
    void saysNothingOfAProcessThatHasJustStarted() {
        cpu = Duration.ofSeconds(5);

        assertThat(read(9)).isEmpty();
    }

    @Test
    void dividesTheProcessorTimeByTheTimeItTook() {
        cpu = Duration.ofSeconds(15);
        assertThat(read(10)).contains(new WorkerUsage(1.5, null));

        cpu = Duration.ofSeconds(16);
        assertThat(read(30)).contains(new WorkerUsage(0.05, null));
    }

    @Test
    void saysTheSameUntilItIsTimeToLookAgain() {
        cpu = Duration.ofSeconds(10);
        assertThat(read(10)).contains(new WorkerUsage(1, null));

        cpu = Duration.ofSeconds(30);
        assertThat(read(19)).contains(new WorkerUsage(1, null));
        assertThat(read(20)).contains(new WorkerUsage(2, null));
    }

    @Test
    void saysNothingOfAProcessThatCannotBeMeasuredAnyMore() {
        cpu = Duration.ofSeconds(10);
        assertThat(read(10)).isPresent();

        cpu = null;
        assertThat(read(20)).isEmpty();
    }

    @Test
    void readsTheMemoryThatLinuxTells() throws IOException {
        Files.writeString(status, "Name:\tjava\nVmPeak:\t  999 kB\nVmRSS:\t  123456 kB\nThreads:\t30\n");

        assertThat(read(10)).contains(new WorkerUsage(0, 123_456L * 1024));
    }

    @Test
    void hasNoMemoryWhereTheFileTellsNone() throws IOException {
        Files.writeString(status, "Name:\tVmRSS: 5 kB\nState:\tZ (zombie)\n");

        assertThat(read(10)).contains(new WorkerUsage(0, null));
    }

    private Optional<WorkerUsage> read(long second) {
        return meter.read(Duration.ofSeconds(second).toNanos());
    }
}
