package dev.millrace.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Programs are started from the jars that were packaged, with a cache only where it fits them.
class DistributionTest {
    @TempDir
    private Path root;

    private Path jar;
    private Distribution distribution;

    @BeforeEach
    void packageTwoJars() throws IOException {
        distribution = new Distribution(root);
        Files.createDirectories(distribution.folder().resolve("aot"));
        jar = Files.writeString(distribution.folder().resolve("a.jar"), "a");
        Path other = Files.writeString(distribution.folder().resolve("b.jar"), "bb");
        for (Program program : Program.values()) {
            Files.writeString(distribution.classPathFile(program), jar + File.pathSeparator + other + "\n");
        }
    }

    @ParameterizedTest
    @EnumSource
    void startsEachProgramOnItsClassPath(Program program) {
        assertThat(distribution.command(program).mainClass()).isEqualTo(program.mainClass());
        assertThat(distribution.command(program).classPath()).hasSize(2).startsWith(jar);
        assertThat(distribution.command(program).jvmFlags()).isEqualTo(program.flags());
    }

    @ParameterizedTest
    @EnumSource
    void namesFilesOfEachProgramApart(Program program) {
        assertThat(distribution.classPathFile(program).getFileName()).hasToString(program.module() + ".classpath");
        assertThat(distribution.cacheFile(program).getFileName().toString())
                .matches(program.module() + "-[0-9a-f]{16}\\.aot");
        assertThat(Stream.of(Program.values()).map(distribution::cacheFile)).doesNotHaveDuplicates();
    }

    @Test
    void usesACacheThatWasMadeFromTheseJars() throws IOException {
        assertThat(distribution.cache(Program.WORKER)).isEmpty();
        Path cache = Files.writeString(distribution.cacheFile(Program.WORKER), "cache");

        assertThat(distribution.cache(Program.WORKER)).contains(cache);
        assertThat(distribution.command(Program.WORKER).jvmFlags())
                .contains("-XX:AOTCache=" + cache)
                .doesNotContain("-XX:AOTCacheOutput=" + cache);
    }

    @Test
    void usesNoCacheOnceAJarHasChanged() throws IOException {
        Files.writeString(distribution.cacheFile(Program.WORKER), "cache");

        Files.writeString(jar, "c");
        Files.setLastModifiedTime(jar, FileTime.fromMillis(1_000));
        assertThat(distribution.cache(Program.WORKER))
                .as("same size, another time")
                .isEmpty();

        Files.writeString(jar, "longer");
        Files.setLastModifiedTime(jar, FileTime.fromMillis(1_000));
        assertThat(distribution.cache(Program.WORKER)).as("another size").isEmpty();
        assertThat(distribution.command(Program.WORKER).jvmFlags()).isEqualTo(Program.WORKER.flags());
    }

    @Test
    void leavesACacheWhereTheNextStartLooksForIt() {
        assertThat(distribution.trainingCommand(Program.MILLRACE).jvmFlags())
                .contains("-XX:AOTCacheOutput=" + distribution.cacheFile(Program.MILLRACE));
    }

    @Test
    void saysHowToBuildWhatIsMissing() throws IOException {
        Files.delete(jar);
        assertThatExceptionOfType(UncheckedIOException.class)
                .isThrownBy(() -> distribution.cacheFile(Program.WORKER))
                .withMessageContaining("run ./millrace build");

        Files.delete(distribution.classPathFile(Program.WORKER));
        assertThatExceptionOfType(UncheckedIOException.class)
                .isThrownBy(() -> distribution.classPath(Program.WORKER))
                .withMessageContaining("run ./millrace build");
    }

    @ParameterizedTest
    @EnumSource
    void holdsProgramsThatTheRepositoryHas(Program program) {
        Path source = Path.of(System.getProperty("millrace.root", ".."))
                .resolve(program.module())
                .resolve("src/main/java")
                .resolve(program.mainClass().replace('.', '/') + ".java");

        assertThat(source).isRegularFile();
    }

    @Test
    void startsEveryProgramWithTheFlagsThatKeepItSmall() {
        for (Program program : Program.values()) {
            List<String> flags = program.flags();
            assertThat(flags)
                    .contains("-XX:+UseSerialGC", "-XX:+ExitOnOutOfMemoryError")
                    .doesNotHaveDuplicates();
            assertThat(flags).allMatch(flag -> flag.startsWith("-") && !flag.contains(" "));
        }
    }
}
