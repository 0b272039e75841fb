package dev.millrace.invocation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A lane and its topic's name stand for each other.
class LaneIdTest {
    @Test
    void isFoundByItsTopic() {
        var random = new Random(6);
        for (int round = 0; round < 5_000; round++) {
            var lane = new LaneId(
                    new EndpointName("e" + AnyText.of("aZ09-", random, 61) + "z"),
                    new GenerationId(AnyText.of("abyz0189", random, 16)),
                    random.nextBoolean() ? LaneId.Kind.REAL_TIME : LaneId.Kind.ASYNCHRONOUS,
                    random.nextInt(Integer.MAX_VALUE));

            assertThat(LaneId.ofTopic(lane.topic())).contains(lane);
            assertThat(lane.topic()).matches("[a-zA-Z0-9._-]{1,249}");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "millrace.events",
                "millrace.invoke.digits",
                "millrace.q.digits.g1",
                "millrace.q.digits.g1.batch0",
                "millrace.q.digits.g1.rt",
                "millrace.q.digits.g1.rt-1",
                "millrace.q.digits.g1.rt00",
                "millrace.q.digits.g1.async007",
                "millrace.q.digits.g1.async99999999999999999999",
                "millrace.q.-digits.g1.rt0",
                "millrace.q.digits-.g1.rt0",
                "millrace.q.digits.G1.rt0",
                "millrace.q.digits.g0123456789abcdefg.rt0",
                "millrace.q.a.b.g1.rt0",
                "xmillrace.q.digits.g1.rt0",
                "millrace.q.digits.g1.rt0\n"
            })
    void isNoneForATopicThatIsNoLanes(String topic) {
        assertThat(LaneId.ofTopic(topic)).isEmpty();
    }

    @Test
    void isNoneForAnEndpointNameThatIsTooLong() {
        assertThat(LaneId.ofTopic("millrace.q." + "a".repeat(64) + ".g1.rt0")).isEmpty();
    }

    @Test
    void areTwoForANewQueue() {
        assertThat(LaneId.initial(new EndpointName("digits"), new GenerationId("g1")))
                .extracting(LaneId::topic)
                .containsExactly("millrace.q.digits.g1.rt0", "millrace.q.digits.g1.async0");
    }
}
