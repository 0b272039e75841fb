package dev.millrace.controlplane.topic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.controlplane.Fixture;
import dev.millrace.controlplane.topic.PublishOperations.Entry;
import dev.millrace.invocation.Destination;
import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.MessageAttribute;
import dev.millrace.invocation.OwedDelivery;
import dev.millrace.invocation.PlatformException;
import dev.millrace.invocation.TopicMessage;
import dev.millrace.invocation.codec.TopicMessages;
import dev.millrace.invocation.port.Feed;
import dev.millrace.testkit.FakeFeed;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PublishOperationsTest {
    private final Fixture fixture = new Fixture();
    private final FakeFeed<OwedDelivery> owed = new FakeFeed<>(fixture.clock);
    private final PublishOperations publishing =
            new PublishOperations(fixture.topics, new TopicPublisher(fixture.catalog), owed, fixture.clock);
    private final String topic =
            fixture.topics.createTopic("alerts", Map.of(), Map.of()).arn();

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void owesEveryConfirmedSubscriberTheMessage() {
        subscribe("http://one.example/");
        subscribe("http://two.example/");
        fixture.subscriptions.subscribe(topic, "http", "http://unconfirmed.example/", Map.of());
        var attributes = Map.of("kind", new MessageAttribute("String", "x"));

        String id = publishing.publish(topic, new PublishRequest("hello", "a subject", null, attributes, false));

        assertThat(written()).hasSize(2).allSatisfy(delivery -> {
            assertThat(delivery.messageId()).isEqualTo(id);
            assertThat(TopicMessages.read(delivery.body()))
                    .isEqualTo(new TopicMessage("hello", "a subject", attributes, fixture.clock.instant()));
        });
        assertThat(written())
                .extracting(delivery -> ((Destination.Subscription) delivery.destination()).url())
                .containsExactlyInAnyOrder("http://one.example/", "http://two.example/");
    }

    @Test
    void choosesTheTextOfTheSubscribersProtocol() {
        subscribe("http://one.example/");

        publish("{\"default\":\"d\",\"http\":\"h\",\"https\":\"s\",\"email\":{}}", "json");
        publish("{\"default\":\"d\"}", "json");

        assertThat(written())
                .extracting(delivery -> TopicMessages.read(delivery.body()).text())
                .containsExactly("h", "d");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"http\":\"h\"}",
                "{\"default\":1}",
                "[]",
                "\"default\"",
                "{",
                "{\"default\":\"a\",\"default\":\"b\"}"
            })
    void refusesStructuresWithoutADefault(String message) {
        assertFails(() -> publish(message, "json"), "Message Structure");
    }

    @Test
    void refusesTooMuchAndTooLittle() {
        publish("m".repeat(256 * 1024), null);

        assertFails(() -> publish("", null), "Empty message");
        assertFails(() -> publish("m".repeat(256 * 1024 + 1), null), "Message too long");
        assertFails(() -> publish("é".repeat(128 * 1024 + 1), null), "Message too long");
        assertFails(() -> publish("m", "xml"), "MessageStructure");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " begins", "a\nb", "tab\t", "é", "\u0000"})
    void refusesSubjects(String subject) {
        assertFails(
                () -> publishing.publish(topic, new PublishRequest("m", subject, null, Map.of(), false)), "Subject");
        assertFails(
                () -> publishing.publish(topic, new PublishRequest("m", "s".repeat(101), null, Map.of(), false)),
                "Subject");
    }

    @ParameterizedTest
    @CsvSource({
        "kind, String, ''",
        "kind, Text, x",
        "kind, Number, NaN",
        "kind, Number, 1e99999",
        "kind, String.Array, x",
        "kind, String.Array, '[{}]'",
        "kind, Binary, '%'",
        "AWS.kind, String, x",
        ".kind, String, x",
        "a..b, String, x",
        "a b, String, x"
    })
    void refusesAttributes(String name, String type, String value) {
        var attributes = Map.of(name, new MessageAttribute(type, value));

        assertThatThrownBy(() -> publishing.publish(topic, new PublishRequest("m", null, null, attributes, false)))
                .isInstanceOfSatisfying(
                        SnsException.class, e -> assertThat(e.error()).isEqualTo(SnsError.PARAMETER_VALUE_INVALID));
    }

    @Test
    void refusesFifoAndTopicsThatAreNotThere() {
        assertFails(
                () -> publishing.publish(topic, new PublishRequest("m", null, null, Map.of(), true)),
                "not valid for this topic type");
        assertThatThrownBy(() -> publishing.publish(topic + "2", request("m", null)))
                .isInstanceOfSatisfying(
                        PlatformException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.RESOURCE_NOT_FOUND));
    }

    @Test
    void acknowledgesOnlyWhatTheFeedHas() {
        subscribe("http://one.example/");
        owed.setOut(true);

        assertThatThrownBy(() -> publish("m", null))
                .isInstanceOfSatisfying(
                        PlatformException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.SERVICE_UNAVAILABLE));
    }

    @Test
    void publishesEachEntryOfABatchForItself() {
        subscribe("http://one.example/");

        Map<String, Entry> results = publishing.publishBatch(
                topic,
                List.of(
                        Map.entry("a", request("first", null)),
                        Map.entry("b", request("", null)),
                        Map.entry("c", request("third", null))));

        assertThat(results).containsOnlyKeys("a", "b", "c");
        assertThat(results.get("b"))
                .isEqualTo(new Entry.Failed("InvalidParameter", "Invalid parameter: Empty message", true));
        assertThat(written())
                .extracting(OwedDelivery::messageId)
                .containsExactly(messageId(results.get("a")), messageId(results.get("c")));
    }

    @Test
    void refusesBatchesThatAreNone() {
        assertBatchFails(SnsError.EMPTY_BATCH_REQUEST, List.of());
        assertBatchFails(
                SnsError.TOO_MANY_ENTRIES_IN_BATCH_REQUEST,
                IntStream.range(0, 11).mapToObj(each -> "e" + each).toList());
        assertBatchFails(SnsError.BATCH_ENTRY_IDS_NOT_DISTINCT, List.of("a", "a"));
        assertBatchFails(SnsError.INVALID_BATCH_ENTRY_ID, List.of("a b"));
        assertBatchFails(SnsError.INVALID_BATCH_ENTRY_ID, List.of("i".repeat(81)));
        assertThatThrownBy(() -> publishing.publishBatch(
                        topic,
                        List.of(
                                Map.entry("a", request("m".repeat(200_000), null)),
                                Map.entry("b", request("m".repeat(100_000), null)))))
                .isInstanceOfSatisfying(
                        SnsException.class, e -> assertThat(e.error()).isEqualTo(SnsError.BATCH_REQUEST_TOO_LONG));
    }

    private void assertBatchFails(SnsError error, List<String> ids) {
        List<Map.Entry<String, PublishRequest>> entries =
                ids.stream().map(id -> Map.entry(id, request("m", null))).toList();
        assertThatThrownBy(() -> publishing.publishBatch(topic, entries))
                .isInstanceOfSatisfying(
                        SnsException.class, e -> assertThat(e.error()).isEqualTo(error));
    }

    private static void assertFails(Runnable call, String message) {
        assertThatThrownBy(call::run)
                .isInstanceOfSatisfying(
                        PlatformException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.VALIDATION_ERROR))
                .hasMessageContaining(message);
    }

    private void subscribe(String url) {
        String token =
                fixture.subscriptions.subscribe(topic, "http", url, Map.of()).token();
        fixture.subscriptions.confirmSubscription(topic, Objects.requireNonNull(token), true, false);
    }

    private void publish(String message, @Nullable String structure) {
        publishing.publish(topic, request(message, structure));
    }

    private static PublishRequest request(String message, @Nullable String structure) {
        return new PublishRequest(message, null, structure, Map.of(), false);
    }

    private static String messageId(@Nullable Entry entry) {
        return ((Entry.Published) Objects.requireNonNull(entry)).messageId();
    }

    private List<OwedDelivery> written() {
        List<OwedDelivery> all = new ArrayList<>();
        try (var now = owed.follow(new Feed.Start.Beginning(), (_, delivery) -> {
            if (delivery != null) {
                all.add(delivery);
            }
        })) {
            now.caughtUp().toCompletableFuture().join();
        }
        return List.copyOf(all);
    }
}
