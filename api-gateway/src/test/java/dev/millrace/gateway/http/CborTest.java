package dev.millrace.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.controlplane.shape.ControlPlaneJson;
import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.PlatformException;
import java.time.Instant;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

class CborTest {
    @Test
    void readsARequestOfAnAwsClient() {
        ObjectNode request =
                read("bf694e616d6573706163656d4157532f536167654d616b65726a4d65747269634e616d65616d6953746172"
                        + "7454696d65c1fb41da556e4010000067456e6454696d65c1fb41da55c642c0000066506572696f64183c6a53746174697374"
                        + "696373816741766572616765ff");

        assertThat(request.path("Namespace").asString("")).isEqualTo("AWS/SageMaker");
        assertThat(request.path("StartTime").asDouble(0)).isEqualTo(1767225600.25);
        assertThat(request.path("EndTime").asDouble(0)).isEqualTo(1767315723.0);
        assertThat(request.path("Period").asInt(0)).isEqualTo(60);
        assertThat(request.path("Statistics").get(0).asString("")).isEqualTo("Average");
    }

    @Test
    void readsWhatItHasWritten() {
        ObjectNode tree = JsonNodeFactory.instance.objectNode();
        tree.put("text", "für 20 °C").put("small", 23).put("negative", -500).put("large", 5_000_000_000L);
        tree.put("real", 1.5).put("yes", true).put("no", false).putNull("nothing");
        tree.putArray("list").add(70_000).add("x".repeat(300)).addObject().put("a", -1);

        assertThat(CborReader.read(CborWriter.write(tree)).toString()).isEqualTo(tree.toString());
    }

    @Test
    void writesTimesUnderTheirTag() {
        ObjectNode tree = JsonNodeFactory.instance.objectNode();
        tree.set("t", ControlPlaneJson.time(Instant.parse("2026-01-01T00:00:00.250Z")));

        assertThat(HexFormat.of().formatHex(CborWriter.write(tree))).isEqualTo("a16174c1fb41da556e40100000");
    }

    @Test
    void takesABodyOfNoBytesForAnEmptyMap() {
        assertThat(CborReader.read(new byte[0])).isEqualTo(JsonNodeFactory.instance.objectNode());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "01", // no map
                "a1", // cut off
                "bf6161", // cut off within
                "a1616101ff", // something behind it
                "a26161016161020", // an odd number of digits is cut
                "a2616101616102", // a key twice
                "a10101", // a key that is no text
                "a161619bffffffffffffffff", // a list longer than the body
                "a161615affffffff", // bytes
                "a1616162ff", // a text that is cut off
                "a1616162c328", // a text that is not UTF-8
                "a16161f8ff" // an unknown simple value
            })
    void refusesWhatIsNoMap(String hex) {
        assertThatThrownBy(() -> read(hex.substring(0, hex.length() / 2 * 2)))
                .isInstanceOfSatisfying(
                        PlatformException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.MALFORMED_REQUEST));
    }

    @Test
    void refusesABodyThatIsNestedWithoutEnd() {
        assertThatThrownBy(() -> read("a16161" + "81".repeat(100_000) + "01"))
                .isInstanceOf(PlatformException.class)
                .hasMessageContaining("too deep");
    }

    private static ObjectNode read(String hex) {
        return CborReader.read(HexFormat.of().parseHex(hex));
    }
}
