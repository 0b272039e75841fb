package dev.millrace.invocation.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.InferenceRequest;
import dev.millrace.invocation.Payload;
import dev.millrace.invocation.PlatformException;
import dev.millrace.invocation.Reply;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Requests and replies as records: what was written is read, and what nobody wrote is refused in one way.
class RecordCodecsTest {
    private static final int ROUNDS = 3_000;

    private final AnyRequests any = new AnyRequests(17);
    private final Random random = new Random(18);

    @Test
    void readEveryRequestAsItWasWritten() {
        for (int round = 0; round < ROUNDS; round++) {
            InferenceRequest request = any.request();
            assertThat(RequestCodec.decode(RequestCodec.encode(request))).isEqualTo(request);
        }
    }

    @Test
    void readEveryReplyAsItWasWritten() {
        for (int round = 0; round < ROUNDS; round++) {
            Reply reply = any.reply();
            assertThat(ReplyCodec.decode(ReplyCodec.encode(reply))).isEqualTo(reply);
        }
    }

    @Test
    void carryAnInlineInputAsTheValueAndNothingForAStoredOne() {
        for (int round = 0; round < 200; round++) {
            WireRecord wire = RequestCodec.encode(any.request());
            assertThat(wire.headers().containsKey("input-location"))
                    .isEqualTo(wire.headers().containsKey("input-is-ours"));
            if (wire.headers().containsKey("input-location")) {
                assertThat(wire.value()).isEqualTo(Payload.EMPTY);
            }
            assertThat(wire.headers().keySet()).allMatch(name -> name.matches("[a-z-]+"));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "invocation-id",
                "inference-id",
                "endpoint",
                "variant",
                "accepted-at",
                "expires-at",
                "invocation-timeout",
                "output-location",
                "failure-location"
            })
    void nameTheHeaderThatAnAsynchronousRequestLacks(String header) {
        Map<String, String> headers =
                new HashMap<>(RequestCodec.encode(any.request(false)).headers());
        headers.remove(header);

        assertThatExceptionOfType(PlatformException.class)
                .isThrownBy(() -> RequestCodec.decode(new WireRecord(headers, Payload.EMPTY)))
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.VALIDATION_ERROR))
                .withMessageContaining(header);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0", "2", "1.0", " 1", "one"})
    void refuseAVersionThatTheyDoNotKnow(String version) {
        Map<String, String> headers =
                new HashMap<>(RequestCodec.encode(any.request()).headers());
        headers.put("millrace-version", version);

        assertThatExceptionOfType(PlatformException.class)
                .isThrownBy(() -> RequestCodec.decode(new WireRecord(headers, Payload.EMPTY)))
                .withMessageContaining("millrace-version");
    }

    @ParameterizedTest
    @CsvSource({
        "accepted-at,yesterday",
        "accepted-at,2026-13-01T00:00:00Z",
        "expires-at,2026-11-21",
        "expires-at,+9999999999-01-01T00:00:00Z",
        "invocation-timeout,15",
        "invocation-timeout,PT99999999999999999999S",
        "invocation-timeout,PT9223372036854775807H",
        "reply-partition,three",
        "reply-partition,99999999999",
        "invocation-id,not-an-id",
        "endpoint,../etc",
        "variant,a b",
        "input-location,s3://inputs/../secrets/a",
        "input-location,file:///etc/passwd"
    })
    void refuseAHeaderThatIsNoValue(String header, String value) {
        Map<String, String> headers =
                new HashMap<>(RequestCodec.encode(any.request(true)).headers());
        headers.put(header, value);

        assertThatExceptionOfType(PlatformException.class)
                .isThrownBy(() -> RequestCodec.decode(new WireRecord(headers, Payload.EMPTY)))
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.VALIDATION_ERROR));
    }

    @Test
    void refuseSpoiledRequestsInOneWay() {
        for (int round = 0; round < ROUNDS; round++) {
            assertRefusedInOneWay(spoiled(RequestCodec.encode(any.request())), RequestCodec::decode);
        }
    }

    @Test
    void refuseSpoiledRepliesInOneWay() {
        for (int round = 0; round < ROUNDS; round++) {
            assertRefusedInOneWay(spoiled(ReplyCodec.encode(any.reply())), ReplyCodec::decode);
        }
    }

    @Test
    void refuseAReplyWithoutStatus() {
        assertThatExceptionOfType(PlatformException.class)
                .isThrownBy(() -> ReplyCodec.decode(
                        new WireRecord(Map.of("invocation-id", "01a1fe7c-06a8-7565-89f8-b4e25dca399e"), Payload.EMPTY)))
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.VALIDATION_ERROR));
    }

    /// One to three headers gone, swapped or replaced by anything.
    private WireRecord spoiled(WireRecord wire) {
        Map<String, String> headers = new HashMap<>(wire.headers());
        List<String> names = List.copyOf(wire.headers().keySet());
        for (int change = random.nextInt(3); change >= 0; change--) {
            String name = names.get(random.nextInt(names.size()));
            switch (random.nextInt(3)) {
                case 0 -> headers.remove(name);
                case 1 -> headers.put(name, any.text());
                default -> headers.put(name, wire.headers().get(names.get(random.nextInt(names.size()))));
            }
        }
        return new WireRecord(headers, wire.value());
    }

    private static void assertRefusedInOneWay(WireRecord wire, Function<WireRecord, Object> decode) {
        try {
            assertThat(decode.apply(wire)).isNotNull();
        } catch (PlatformException e) {
            assertThat(e.code()).isEqualTo(ErrorCode.VALIDATION_ERROR);
            assertThat(e.text()).isNotBlank();
        }
    }
}
