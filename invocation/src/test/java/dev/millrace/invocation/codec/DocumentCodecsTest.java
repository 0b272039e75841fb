package dev.millrace.invocation.codec;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.invocation.Destination;
import dev.millrace.invocation.EndpointName;
import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.InvocationEvent;
import dev.millrace.invocation.MessageAttribute;
import dev.millrace.invocation.OwedDelivery;
import dev.millrace.invocation.PlatformException;
import dev.millrace.invocation.TopicMessage;
import dev.millrace.invocation.VariantName;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Documents between processes: what was written is read, and bytes that are none are refused in one way,
/// since a reader passes over what is refused and stumbles over all else.
class DocumentCodecsTest {
    private static final int ROUNDS = 3_000;
    private static final JsonMapper JSON = new JsonMapper();

    private final EventCodec events = new EventCodec();
    private final Codec<OwedDelivery> owed = Json.codec(OwedDelivery.class);
    private final AnyRequests any = new AnyRequests(23);
    private final Random random = new Random(24);

    @Test
    void readEveryEventAsItWasWritten() {
        for (int round = 0; round < ROUNDS; round++) {
            InvocationEvent event = any.event();
            assertThat(events.decode(events.encode(event))).contains(event);
        }
    }

    @Test
    void readEveryOwedDeliveryAsItWasWritten() {
        for (Destination destination : List.of(
                new Destination.Webhook(new EndpointName("digits"), Instant.now(), "https://a.example/ä?b=c"),
                new Destination.Subscription("arn:t", "arn:t:1", "https://a.example/", "Notification"),
                new Destination.KafkaSubscription("arn:t", "arn:t:2", "alerts"),
                new Destination.ResultTopic("results"))) {
            OwedDelivery first = OwedDelivery.first("msg_1", destination, any.text(), Instant.now());
            OwedDelivery later = first.failed("answered 500", Instant.now());
            assertThat(owed.decode(owed.encode(first))).contains(first);
            assertThat(owed.decode(owed.encode(later))).contains(later);
            OwedDelivery ofCall =
                    later.of(new OwedDelivery.Call(new EndpointName("digits"), new VariantName("AllTraffic")));
            assertThat(owed.decode(owed.encode(ofCall))).contains(ofCall);
        }
    }

    @Test
    void readEveryTopicMessageAsItWasWritten() {
        for (String subject : Arrays.asList("a subject", null)) {
            var message = new TopicMessage(
                    any.text(), subject, Map.of("kind", new MessageAttribute("String", any.text())), Instant.now());

            assertThat(TopicMessages.read(TopicMessages.write(message))).isEqualTo(message);
        }
    }

    @Test
    void writeEventsAsCloudEvents() {
        for (int round = 0; round < 200; round++) {
            InvocationEvent event = any.event();
            String type = event.getClass().getSimpleName();

            JsonNode written = JSON.readTree(events.encode(event));

            assertThat(written.path("specversion").asString()).isEqualTo("1.0");
            assertThat(written.path("id").asString()).isEqualTo(event.invocationId() + ":" + type);
            assertThat(written.path("source").asString()).isEqualTo("millrace");
            assertThat(written.path("type").asString()).isEqualTo("dev.millrace.invocation." + type);
            assertThat(written.path("subject").asString())
                    .isEqualTo(event.invocationId().toString());
            assertThat(Instant.parse(written.path("time").asString())).isEqualTo(event.at());
            assertThat(written.path("datacontenttype").asString()).isEqualTo("application/json");
            assertThat(written.path("data").path("type").asString()).isEqualTo(type);
            assertThat(written.propertyNames()).allMatch(name -> name.matches("[a-z0-9]{1,20}"));
        }
    }

    @Test
    void readDocumentsOfALaterVersionThatHaveMoreMembers() {
        InvocationEvent event = any.event();
        String more = new String(events.encode(event), StandardCharsets.UTF_8)
                .replaceFirst("\\{", "{\"partitionkey\":\"x\",\"later\":{\"deep\":[1,null]},");

        assertThat(events.decode(more.getBytes(StandardCharsets.UTF_8))).contains(event);
    }

    @Test
    void refuseSpoiledBytesInOneWay() {
        for (int round = 0; round < ROUNDS; round++) {
            assertRefusedInOneWay(events, spoiled(events.encode(any.event())));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "null",
                "true",
                "7",
                "\"text\"",
                "[]",
                "{",
                "{}",
                "not json",
                "{\"data\":null}",
                "{\"data\":[]}",
                "{\"data\":{}}",
                "{\"data\":{\"type\":\"Completed\"}}",
                "{\"data\":{\"type\":\"Expired\",\"at\":\"2026-11-21T10:00:00Z\"}}",
                "{\"data\":{\"type\":\"Expired\",\"summary\":{},\"at\":\"2026-11-21T10:00:00Z\"}}",
                "{\"data\":{\"type\":\"Started\",\"invocationId\":\"../..\",\"at\":\"2026-11-21T10:00:00Z\"}}",
                "{\"data\":{\"type\":\"Started\",\"at\":\"2026-11-21T10:00:00Z\",\"workerId\":\"w\",\"attempt\":1}}",
                "{\"data\":{\"type\":\"java.lang.Runtime\"}}",
                "{\"data\":{\"@class\":\"java.lang.Runtime\"}}"
            })
    void giveNoEventForWhatIsNone(String text) {
        assertThat(decodedOrRefused(events, text.getBytes(StandardCharsets.UTF_8)))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "null",
                "{}",
                "{\"messageId\":\"m\"}",
                "{\"messageId\":\"m\",\"destination\":{\"type\":\"Webhook\"},\"body\":\"\",\"attempts\":0,"
                        + "\"createdAt\":\"2026-11-21T10:00:00Z\",\"nextAttemptAt\":\"2026-11-21T10:00:00Z\"}"
            })
    void giveNoOwedDeliveryForWhatIsNone(String text) {
        assertThat(decodedOrRefused(owed, text.getBytes(StandardCharsets.UTF_8)))
                .isEmpty();
    }

    @Test
    void surviveNestingWithoutEnd() {
        for (String opening : List.of("[", "{\"data\":", "{\"later\":[")) {
            assertThat(decodedOrRefused(events, opening.repeat(200_000).getBytes(StandardCharsets.UTF_8)))
                    .isEmpty();
        }
    }

    private <T> void assertRefusedInOneWay(Codec<T> codec, byte[] bytes) {
        assertThat(decodedOrRefused(codec, bytes)).isNotNull();
    }

    /// What the bytes say, or empty when they are passed over or refused; any other failure is the test's.
    private static <T> Optional<T> decodedOrRefused(Codec<T> codec, byte[] bytes) {
        try {
            return codec.decode(bytes);
        } catch (PlatformException e) {
            assertThat(e.code()).isEqualTo(ErrorCode.VALIDATION_ERROR);
            return Optional.empty();
        }
    }

    /// Cut short, or some bytes changed.
    private byte[] spoiled(byte[] bytes) {
        if (random.nextInt(4) == 0) {
            return Arrays.copyOf(bytes, random.nextInt(bytes.length));
        }
        byte[] changed = bytes.clone();
        for (int change = random.nextInt(4); change >= 0; change--) {
            changed[random.nextInt(changed.length)] = (byte) random.nextInt(256);
        }
        return changed;
    }
}
