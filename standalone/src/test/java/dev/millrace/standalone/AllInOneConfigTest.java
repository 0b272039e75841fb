package dev.millrace.standalone;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What an all-in-one sets itself, and what its clients are told.
class AllInOneConfigTest {
    private static final Ports PORTS = new Ports(18_080, 19_000, 19_092, 19_090);
    private static final DataFolder DATA = new DataFolder(Path.of("some data"));

    @Test
    void connectsEveryPartToItsOwnBrokerAndStore() {
        AllInOneConfig config = config(Map.of(), credentials("secret"));

        assertThat(config.gateway().port()).isEqualTo(18_080);
        assertThat(config.kafka().bootstrapServers()).isEqualTo("127.0.0.1:19092");
        assertThat(config.s3().endpoint()).hasToString("http://127.0.0.1:19000");
        assertThat(config.management().port()).isEqualTo(19_090);
        assertThat(config.notifier().publicUrl()).hasToString("http://127.0.0.1:18080");
        assertThat(config.notifier().allowedNetworks()).isEmpty();
    }

    @Test
    void letsNoSettingsFileLeadItElsewhere() {
        AllInOneConfig config = config(
                Map.of(
                        "kafka.bootstrap-servers", "elsewhere:9092",
                        "s3.endpoint", "http://elsewhere:9000",
                        "s3.secret-key", "theirs",
                        "gateway.port", "1",
                        "management.port", "1"),
                credentials("ours"));

        assertThat(config).isEqualTo(config(Map.of(), credentials("ours")));
    }

    @Test
    void takesOtherSettingsFromTheFile() {
        assertThat(config(Map.of("notifier.max-attempts", "3"), credentials("s"))
                        .notifier()
                        .maxAttempts())
                .isEqualTo(3);
    }

    @Test
    void namesEveryBadSettingAtOnce() {
        assertThatExceptionOfType(UsageException.class)
                .isThrownBy(() ->
                        config(Map.of("notifier.max-attempts", "many", "notifier.max-atempts", "3"), credentials("s")))
                .withMessageContaining("notifier.max-attempts: many")
                .withMessageContaining("notifier.max-atempts");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "plain",
                "with space",
                "it's",
                "''",
                "$(touch owned)`touch owned`",
                "\"$HOME\" \\ !! ; & | # *",
                "größe 数字",
                "-n"
            })
    void writesLinesThatAShellReadsBackAsTheyWere(String secret) throws IOException, InterruptedException {
        DataFolder.Credentials credentials = credentials(secret);
        String lines = config(Map.of(), credentials).environmentLines(credentials);

        var shell = new ProcessBuilder("sh", "-c", "eval \"$LINES_TO_READ\"; printf %s \"$AWS_SECRET_ACCESS_KEY\"");
        shell.environment().put("LINES_TO_READ", lines);
        shell.environment().put("LC_ALL", "C.UTF-8");
        Process process = shell.redirectErrorStream(true).start();

        assertThat(new String(process.getInputStream().readAllBytes(), UTF_8)).isEqualTo(credentials.secretKey());
        assertThat(process.waitFor()).isZero();
    }

    @Test
    void tellsClientsAllTheyNeed() {
        DataFolder.Credentials credentials = credentials("a secret");

        assertThat(config(Map.of(), credentials).environmentLines(credentials).lines())
                .containsExactly(
                        "export AWS_ENDPOINT_URL='http://127.0.0.1:18080'",
                        "export AWS_ENDPOINT_URL_S3='http://127.0.0.1:19000'",
                        "export AWS_ACCESS_KEY_ID='MRKEY'",
                        "export AWS_SECRET_ACCESS_KEY='a secret of some length'",
                        "export MILLRACE_TOKEN='" + credentials.token() + "'",
                        "export AWS_DEFAULT_REGION='us-east-1'",
                        "export KAFKA_BOOTSTRAP_SERVERS='127.0.0.1:19092'",
                        "export MILLRACE_MANAGEMENT_URL='http://127.0.0.1:19090'");
    }

    private static DataFolder.Credentials credentials(String secret) {
        return new DataFolder.Credentials("MRKEY", secret + " of some length", false);
    }

    private static AllInOneConfig config(Map<String, String> settings, DataFolder.Credentials credentials) {
        return AllInOneConfig.of(new AllInOneOptions(PORTS, settings), DATA, credentials, Map.of(), Map.of());
    }
}
