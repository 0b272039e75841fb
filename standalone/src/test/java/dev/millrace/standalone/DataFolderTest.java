package dev.millrace.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// One all-in-one per folder, one key pair per folder, and what goes wrong said in a line.
class DataFolderTest {
    @TempDir
    private Path folder;

    @Test
    void isMadeWithAllThatIsInIt() throws IOException {
        try (var data = new DataFolder(folder.resolve("a/b"))) {
            data.open();

            assertThat(data.broker()).isDirectory();
            assertThat(data.store()).isDirectory();
            assertThat(data.host()).isDirectory();
            assertThat(data.logs()).isDirectory();
        }
    }

    @Test
    void servesOneAllInOneAtATime() throws IOException {
        try (var second = new DataFolder(folder.resolve("x/.."))) {
            try (var first = new DataFolder(folder)) {
                first.open();

                assertThatExceptionOfType(UsageException.class)
                        .isThrownBy(second::open)
                        .withMessageStartingWith("another Millrace runs on " + folder);
            }
            second.open();
        }
    }

    @Test
    void saysSoWhereAFileIsInTheWay() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "text");
        try (var data = new DataFolder(file)) {
            assertThatExceptionOfType(UsageException.class)
                    .isThrownBy(data::open)
                    .withMessageContaining(file.toString())
                    .withMessageContaining("--data");
        }
    }

    @Test
    void keepsOneKeyPairThatOnlyItsOwnerReads() throws IOException {
        try (var data = new DataFolder(folder)) {
            data.open();

            DataFolder.Credentials credentials = data.credentials();

            assertThat(credentials.accessKey()).matches("MR[0-9A-F]{16}");
            assertThat(credentials.secretKey()).matches("[0-9A-F]{40}");
            assertThat(credentials.isNew()).isTrue();
            assertThat(new DataFolder(folder).credentials())
                    .isEqualTo(new DataFolder.Credentials(credentials.accessKey(), credentials.secretKey(), false));
            assertThat(PosixFilePermissions.toString(
                            Files.getPosixFilePermissions(folder.resolve("credentials.properties"))))
                    .isEqualTo("rw-------");
        }
        try (var other = new DataFolder(folder.resolve("other"))) {
            other.open();
            assertThat(other.credentials()).isNotEqualTo(new DataFolder(folder).credentials());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "access-key=a\n", "secret-key=b\n", "nonsense"})
    void makesNoNewKeyPairForAFolderWhoseOwnIsDamaged(String damaged) throws IOException {
        Files.writeString(folder.resolve("credentials.properties"), damaged);
        try (var data = new DataFolder(folder)) {
            data.open();

            assertThatExceptionOfType(UsageException.class)
                    .isThrownBy(data::credentials)
                    .withMessageContaining("credentials.properties");
        }
    }

    @Test
    void tellsWhereToFindAnAllInOneOnlyWhileItRuns() throws IOException {
        try (var data = new DataFolder(folder)) {
            data.open();
            assertThat(data.readEnvironment()).isEmpty();

            data.writeEnvironment("export A='b'\n");
            assertThat(data.readEnvironment())
                    .hasValueSatisfying(lines -> assertThat(lines).startsWith("export A='b'\n"));
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(data.environmentFile())))
                    .isEqualTo("rw-------");

            data.removeEnvironment();
            assertThat(data.readEnvironment()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"# pid 999999999", "# pid", "# pid none", "", "# pid -5"})
    void believesNoFileOfAnAllInOneThatIsGone(String lastLine) throws IOException {
        try (var data = new DataFolder(folder)) {
            data.open();
            Files.writeString(data.environmentFile(), "export A='b'\n" + lastLine + "\n");

            assertThat(data.readEnvironment()).isEmpty();
        }
    }
}
