package dev.millrace.controlplane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.Payload;
import dev.millrace.invocation.PlatformException;
import dev.millrace.invocation.PlatformObjects;
import dev.millrace.invocation.ResourceChange;
import dev.millrace.invocation.port.ObjectAttributes;
import dev.millrace.invocation.port.WriteCondition;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ResourceCatalogTest {
    private static final ResourceKind<TopicResource> TOPIC = ResourceKind.TOPIC;
    private static final PlatformObjects OBJECTS = new PlatformObjects(Fixture.CONFIG.platformBucket());

    private final Fixture fixture = new Fixture();
    private final ResourceCatalog catalog = fixture.catalog;
    private final ResourceCatalog other = fixture.open();

    @AfterEach
    void close() {
        other.close();
        fixture.close();
    }

    @Test
    void keepsWhatIsCreatedUnderItsKindAndName() {
        TopicResource created = catalog.create(TOPIC, topic("done"));

        assertThat(catalog.find(TOPIC, "done")).contains(created);
        assertThat(fixture.store.head(OBJECTS.resource("topic", "done"))).isPresent();
        assertThat(created.revision()).isPositive();
    }

    @Test
    void refusesASecondResourceOfOneName() {
        catalog.create(TOPIC, topic("done"));

        assertThatThrownBy(() -> other.create(TOPIC, topic("done").withRevision(99)))
                .isInstanceOfSatisfying(
                        PlatformException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.RESOURCE_CONFLICT));
    }

    @Test
    void tellsOtherProcessesOfEveryChange() {
        other.awaitLoaded(Duration.ofSeconds(5));

        catalog.create(TOPIC, topic("done"));
        await().untilAsserted(() -> assertThat(other.find(TOPIC, "done")).isPresent());
        catalog.update(TOPIC, "done", ResourceCatalogTest::counted);
        await().untilAsserted(() ->
                assertThat(count(other.find(TOPIC, "done").orElseThrow())).isEqualTo(1));
        catalog.delete(TOPIC, "done");
        await().untilAsserted(() -> assertThat(other.find(TOPIC, "done")).isEmpty());
    }

    @Test
    void repairsLostAnnouncementsFromTheStore() {
        other.awaitLoaded(Duration.ofSeconds(5));
        catalog.create(TOPIC, topic("gone"));
        await().untilAsserted(() -> assertThat(other.find(TOPIC, "gone")).isPresent());
        fixture.feed.setDeaf(true);

        catalog.create(TOPIC, topic("made"));
        catalog.delete(TOPIC, "gone");

        await().untilAsserted(() -> {
            assertThat(other.find(TOPIC, "made")).isPresent();
            assertThat(other.find(TOPIC, "gone")).isEmpty();
        });
    }

    @Test
    void changesNothingTwiceAndLosesNoChangeUnderContention() throws InterruptedException {
        catalog.create(TOPIC, topic("counter"));
        var failures = Collections.synchronizedList(new ArrayList<Throwable>());
        var threads = new ArrayList<Thread>();
        for (int writer = 0; writer < 6; writer++) {
            ResourceCatalog one = writer % 2 == 0 ? catalog : other;
            threads.add(Thread.ofVirtual()
                    .uncaughtExceptionHandler((_, e) -> failures.add(e))
                    .start(() -> {
                        for (int i = 0; i < 20; i++) {
                            one.update(TOPIC, "counter", ResourceCatalogTest::counted);
                        }
                    }));
        }
        for (Thread thread : threads) {
            thread.join();
        }

        assertThat(failures).isEmpty();
        assertThat(count(catalog.load(TOPIC, "counter").orElseThrow())).isEqualTo(120);
    }

    @Test
    void appliesTheChangeAgainWhenAnotherWriterIsFaster() {
        catalog.create(TOPIC, topic("counter"));
        fixture.store.beforeNextWrite(() -> other.update(TOPIC, "counter", ResourceCatalogTest::counted));

        TopicResource updated =
                catalog.update(TOPIC, "counter", ResourceCatalogTest::counted).orElseThrow();

        assertThat(count(updated)).isEqualTo(2);
    }

    @Test
    void takesItsOwnLostWriteForSuccess() {
        fixture.store.loseAnswerOfNextWrite();

        TopicResource created = catalog.create(TOPIC, topic("done"));

        assertThat(catalog.load(TOPIC, "done")).contains(created);
    }

    @Test
    void writesNothingWhenTheChangeIsNone() {
        TopicResource created = catalog.create(TOPIC, topic("done"));

        TopicResource after =
                catalog.update(TOPIC, "done", UnaryOperator.identity()).orElseThrow();

        assertThat(after.revision()).isEqualTo(created.revision());
    }

    @Test
    void isEmptyForAnUpdateOfWhatIsNotThere() {
        assertThat(catalog.update(TOPIC, "nowhere", ResourceCatalogTest::counted))
                .isEmpty();
        assertThat(catalog.delete(TOPIC, "nowhere")).isFalse();
    }

    @Test
    void givesAResourceMadeAgainAHigherRevisionThanItsDeletion() {
        other.awaitLoaded(Duration.ofSeconds(5));
        long first = catalog.create(TOPIC, topic("again")).revision();
        catalog.delete(TOPIC, "again");

        TopicResource second = catalog.create(TOPIC, topic("again"));

        assertThat(second.revision()).isGreaterThan(first + 1);
        await().untilAsserted(() -> assertThat(other.find(TOPIC, "again")).contains(second));
    }

    @Test
    void ignoresAnAnnouncementOlderThanWhatItKnows() {
        TopicResource created = catalog.create(TOPIC, topic("done"));
        catalog.update(TOPIC, "done", ResourceCatalogTest::counted);

        fixture.feed.publish(
                "topic/done", new ResourceChange("topic", "done", created.revision(), text(TOPIC.encode(created))));
        fixture.feed.publish("topic/done", new ResourceChange("topic", "done", 1, null));
        catalog.create(TOPIC, topic("later"));

        await().untilAsserted(() -> assertThat(other.find(TOPIC, "later")).isPresent());
        assertThat(count(catalog.find(TOPIC, "done").orElseThrow())).isEqualTo(1);
    }

    @Test
    void storesWhileTheFeedIsOutAndAnnouncesLater() {
        other.awaitLoaded(Duration.ofSeconds(5));
        fixture.feed.setOut(true);
        catalog.create(TOPIC, topic("done"));
        assertThatThrownBy(catalog::check).isInstanceOf(PlatformException.class);

        fixture.feed.setOut(false);
        var announced = Collections.synchronizedList(new ArrayList<String>());
        var subscription = fixture.feed.follow(
                new dev.millrace.invocation.port.Feed.Start.Beginning(), (key, _) -> announced.add(key));

        await().untilAsserted(() -> assertThat(announced).contains("topic/done"));
        await().untilAsserted(catalog::check);
        subscription.close();
    }

    @Test
    void readsOnWhileTheStoreIsOutAndRefusesWrites() {
        catalog.create(TOPIC, topic("done"));
        fixture.store.setOut(true);

        assertThat(catalog.find(TOPIC, "done")).isPresent();
        assertThatThrownBy(() -> catalog.create(TOPIC, topic("more")))
                .isInstanceOfSatisfying(
                        PlatformException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.SERVICE_UNAVAILABLE));
        fixture.pass(Duration.ofSeconds(5));
        assertThatThrownBy(catalog::check).hasMessageContaining("could not be read since");

        fixture.store.setOut(false);
        await().untilAsserted(catalog::check);
    }

    @Test
    void refusesToAnswerBeforeItHasLoaded() {
        fixture.store.setOut(true);
        try (ResourceCatalog early = fixture.open()) {
            assertThat(early.awaitLoaded(Duration.ofMillis(100))).isFalse();
            assertThatThrownBy(() -> early.find(TOPIC, "done"))
                    .isInstanceOfSatisfying(
                            PlatformException.class,
                            e -> assertThat(e.code()).isEqualTo(ErrorCode.SERVICE_UNAVAILABLE));
            fixture.store.setOut(false);
            assertThat(early.awaitLoaded(Duration.ofSeconds(10))).isTrue();
        }
    }

    @Test
    void loadsWithoutTheFeed() {
        catalog.create(TOPIC, topic("done"));
        fixture.feed.setOut(true);
        try (ResourceCatalog late = fixture.open()) {
            assertThat(late.awaitLoaded(Duration.ofSeconds(5))).isTrue();
            assertThat(late.find(TOPIC, "done")).isPresent();
        }
    }

    @Test
    void ignoresDocumentsThatItCannotRead() {
        fixture.store.put(
                OBJECTS.resource("topic", "broken"), Payload.ofUtf8("{"), ObjectAttributes.JSON, WriteCondition.ALWAYS);
        fixture.store.put(
                OBJECTS.resource("future-kind", "x"),
                Payload.ofUtf8("{}"),
                ObjectAttributes.JSON,
                WriteCondition.ALWAYS);
        catalog.create(TOPIC, topic("good"));

        try (ResourceCatalog late = fixture.open()) {
            assertThat(late.awaitLoaded(Duration.ofSeconds(5))).isTrue();
            assertThat(late.all(TOPIC)).extracting(TopicResource::name).containsExactly("good");
        }
    }

    @Test
    void tellsListenersInOrderOnAnotherThread() {
        var seen = Collections.synchronizedList(new ArrayList<String>());
        var threads = Collections.synchronizedList(new ArrayList<Thread>());
        catalog.onChange(TOPIC, (name, topic) -> {
            seen.add(name + (topic == null ? " gone" : ""));
            threads.add(Thread.currentThread());
        });
        catalog.onChange(ResourceKind.MODEL, (_, _) -> seen.add("a model"));

        catalog.create(TOPIC, topic("a"));
        catalog.create(TOPIC, topic("b"));
        await().untilAsserted(() -> assertThat(seen).containsExactly("a", "b"));
        catalog.delete(TOPIC, "a");

        await().untilAsserted(() -> assertThat(seen).containsExactly("a", "b", "a gone"));
        assertThat(threads).doesNotContain(Thread.currentThread());
    }

    @Test
    void goesOnAfterAListenerFails() {
        var seen = Collections.synchronizedList(new ArrayList<String>());
        catalog.onChange(TOPIC, (_, _) -> {
            throw new IllegalStateException("a listener's own fault");
        });
        Runnable end = catalog.onChange(TOPIC, (name, _) -> seen.add(name));

        catalog.create(TOPIC, topic("a"));
        await().untilAsserted(() -> assertThat(seen).containsExactly("a"));
        end.run();
        catalog.create(TOPIC, topic("b"));
        await().untilAsserted(() -> assertThat(other.find(TOPIC, "b")).isPresent());

        assertThat(seen).containsExactly("a");
    }

    @Test
    void keepsResourcesWhoseNamesAreTooLongForAFile() {
        String name = "t".repeat(256);
        catalog.create(TOPIC, topic(name));

        try (ResourceCatalog late = fixture.open()) {
            assertThat(late.awaitLoaded(Duration.ofSeconds(5))).isTrue();
            assertThat(late.find(TOPIC, name)).isPresent();
        }
        assertThat(fixture.store.list(Fixture.CONFIG.platformBucket(), PlatformObjects.RESOURCES, ""))
                .allSatisfy(info -> assertThat(info.location().key().length()).isLessThan(250));
    }

    @Test
    void listsMoreThanOnePage() {
        for (int i = 0; i < 1005; i++) {
            fixture.store.put(
                    OBJECTS.resource("topic", "t" + i),
                    Payload.of(TOPIC.encode(topic("t" + i).withRevision(1))),
                    ObjectAttributes.JSON,
                    WriteCondition.ALWAYS);
        }
        try (ResourceCatalog late = fixture.open()) {
            assertThat(late.awaitLoaded(Duration.ofSeconds(20))).isTrue();
            assertThat(late.all(TOPIC)).hasSize(1005);
        }
    }

    private static String text(byte[] bytes) {
        return Payload.of(bytes).utf8();
    }

    private static TopicResource topic(String name) {
        return new TopicResource(
                name, Fixture.CONFIG.arns().topic(name), 0, Instant.EPOCH, Map.of("DisplayName", "x"), Map.of());
    }

    private static int count(TopicResource topic) {
        return Integer.parseInt(topic.tags().getOrDefault("count", "0"));
    }

    private static TopicResource counted(TopicResource topic) {
        var tags = new HashMap<>(topic.tags());
        tags.put("count", Integer.toString(count(topic) + 1));
        return new TopicResource(
                topic.name(), topic.arn(), topic.revision(), topic.createdAt(), topic.attributes(), tags);
    }

    @Test
    void readsBackEveryKindAsItWasWritten() {
        fixture.createEndpoint("digits");
        fixture.promote("digits");
        fixture.createConfig("next", "digits");
        fixture.call("UpdateEndpoint", """
                {'EndpointName':'digits','EndpointConfigName':'next','DeploymentConfig':{'BlueGreenUpdatePolicy':
                 {'TrafficRoutingConfiguration':{'Type':'ALL_AT_ONCE','WaitIntervalInSeconds':0}}}}""");
        fixture.promote("digits");
        String topic =
                fixture.topics.createTopic("done", Map.of(), Map.of("k", "v")).arn();
        fixture.subscriptions.subscribe(topic, "https", "https://example.com/hook", Map.of());

        List.of(
                        ResourceKind.MODEL,
                        ResourceKind.ENDPOINT_CONFIG,
                        ResourceKind.ENDPOINT,
                        TOPIC,
                        ResourceKind.SUBSCRIPTION)
                .forEach(this::assertReadBack);
        assertThat(fixture.endpoint("digits").draining()).hasSize(1);
    }

    private <R extends Resource> void assertReadBack(ResourceKind<R> kind) {
        assertThat(catalog.all(kind)).isNotEmpty();
        catalog.all(kind)
                .forEach(resource -> assertThat(catalog.load(kind, resource.name()))
                        .contains(resource)
                        .get()
                        .isEqualTo(kind.decode(kind.encode(resource))));
    }
}
