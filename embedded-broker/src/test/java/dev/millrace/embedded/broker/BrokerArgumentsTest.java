package dev.millrace.embedded.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BrokerArgumentsTest {
    @Test
    void picksAFreePortWhenNoneIsGiven() {
        assertThat(BrokerArguments.parse("--data", "/data")).isEqualTo(new BrokerArguments(Path.of("/data"), 0, 0));
    }

    @Test
    void takesFolderAndPorts() {
        assertThat(BrokerArguments.parse("--port", "9092", "--data", "/data", "--advertise", "9093"))
                .isEqualTo(new BrokerArguments(Path.of("/data"), 9092, 9093));
    }

    @ParameterizedTest
    @CsvSource({
        "--port 9092, --data: not given",
        "--data, --data: no value",
        "--data /data --port high, --port: high (expected: 0 to 65535)",
        "--data /data --port 70000, --port: 70000 (expected: 0 to 65535)",
        "--folder /data, --folder: unknown",
    })
    void refusesWhatItCannotUse(String line, String message) {
        assertThatThrownBy(() -> BrokerArguments.parse(line.split(" ")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(message);
    }
}
