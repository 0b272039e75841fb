package dev.millrace.monitoring.alarm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.controlplane.AlarmResource;
import dev.millrace.controlplane.AlarmState;
import dev.millrace.controlplane.AlarmState.Value;
import dev.millrace.controlplane.ControlPlaneConfig;
import dev.millrace.controlplane.ResourceCatalog;
import dev.millrace.controlplane.ResourceKind;
import dev.millrace.controlplane.shape.ControlPlaneJson;
import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.PlatformException;
import dev.millrace.invocation.PlatformObjects;
import dev.millrace.invocation.ResourceChange;
import dev.millrace.monitoring.MetricBatch;
import dev.millrace.monitoring.MetricKey;
import dev.millrace.monitoring.MetricSample;
import dev.millrace.monitoring.RecentMetrics;
import dev.millrace.monitoring.SageMakerMetrics;
import dev.millrace.monitoring.StatisticSet;
import dev.millrace.monitoring.Unit;
import dev.millrace.testkit.FakeFeed;
import dev.millrace.testkit.FakeObjectStore;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class AlarmEvaluatorTest {
    private static final ControlPlaneConfig CONFIG = ControlPlaneConfig.DEFAULT;
    private static final String ACTION = "arn:aws:sns:us-east-1:000000000000:t";
    private static final MetricKey METRIC = SageMakerMetrics.ofComponent("NoCapacityInvocationFailures", "ic");

    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-11-21T05:00:00Z"));
    private final InstantSource clock = now::get;
    private final FakeFeed<ResourceChange> changes = new FakeFeed<>(clock);
    private final FakeFeed<MetricBatch> feed = new FakeFeed<>(clock);
    private final FakeObjectStore store = new FakeObjectStore(clock, CONFIG.platformBucket());
    private final ResourceCatalog catalog =
            ResourceCatalog.open(store, new PlatformObjects(CONFIG.platformBucket()), changes, clock);
    private final RecentMetrics metrics = new RecentMetrics(feed, clock, 100, new SimpleMeterRegistry());
    private final List<String> taken = new ArrayList<>();
    private final Action action = new Action();
    private final AlarmEvaluator evaluator = new AlarmEvaluator(catalog, metrics, List.of(action), clock);

    private final class Action implements AlarmAction {
        private boolean isBroken;

        @Override
        public boolean isFor(String arn) {
            return arn.equals(ACTION);
        }

        @Override
        public void take(AlarmResource alarm, String arn) {
            if (isBroken) {
                throw new PlatformException(ErrorCode.SERVICE_UNAVAILABLE, "not now");
            }
            taken.add(alarm.name() + " " + alarm.state().previous() + " to "
                    + alarm.state().value());
        }
    }

    @BeforeEach
    void load() {
        catalog.awaitLoaded(Duration.ofSeconds(10));
        put("seed", """
            {"AlarmName":"seed","AlarmActions":["%s","arn:aws:autoscaling:us-east-1:0:scalingPolicy:x"],
             "MetricName":"NoCapacityInvocationFailures","Namespace":"AWS/SageMaker","Statistic":"Maximum",
             "Dimensions":[{"Name":"InferenceComponentName","Value":"ic"}],"Period":30,"EvaluationPeriods":1,
             "Threshold":1,"ComparisonOperator":"GreaterThanOrEqualToThreshold"}\
            """.formatted(ACTION));
    }

    @AfterEach
    void close() {
        metrics.close();
        catalog.close();
    }

    @Test
    void goesToAlarmWhenAPeriodBreachesAndTellsOnce() {
        observe(METRIC, "05:00:10", 1);
        runUntil("05:00:40");

        AlarmState state = state("seed");
        assertThat(state.value()).isEqualTo(Value.ALARM);
        assertThat(state.reason())
                .isEqualTo("Threshold Crossed: 1 datapoint [1.0 (21/11/26 05:00:00)] was greater than or equal to the"
                        + " threshold (1.0).");
        assertThat(state.transitionedAt()).isEqualTo(at("05:00:32"));
        assertThat(JsonMapper.shared()
                        .readTree(String.valueOf(state.reasonData()))
                        .path("period")
                        .asInt(0))
                .isEqualTo(30);
        assertThat(taken).containsExactly("seed INSUFFICIENT_DATA to ALARM");
    }

    @Test
    void hasNoDataAgainWhenThePeriodsThatItLooksAtAreEmpty() {
        observe(METRIC, "05:00:10", 1);
        runUntil("05:02:10");

        assertThat(state("seed").value()).isEqualTo(Value.INSUFFICIENT_DATA);
        assertThat(state("seed").reason()).isEqualTo("Insufficient Data: 1 datapoint was unknown.");
        assertThat(catalog.find(ResourceKind.ALARM_HISTORY, "seed")
                        .orElseThrow()
                        .items())
                .extracting(item -> item.type() + ": " + item.summary())
                .containsExactly(
                        "StateUpdate: Alarm updated from ALARM to INSUFFICIENT_DATA",
                        "Action: Successfully executed action " + ACTION,
                        "StateUpdate: Alarm updated from INSUFFICIENT_DATA to ALARM");
    }

    @Test
    void evaluatesAlarmsOfAMinuteEveryMinute() {
        put("slow", """
            {"AlarmName":"slow","MetricName":"m","Namespace":"app","Statistic":"Sum","Period":60,
             "EvaluationPeriods":2,"DatapointsToAlarm":2,"Threshold":10,"ComparisonOperator":"LessThanThreshold"}\
            """);
        MetricKey key = MetricKey.of("app", "m", Map.of());
        for (String time : List.of("05:00:00", "05:00:50", "05:01:10", "05:02:20")) {
            observe(key, time, 4);
        }
        runUntil("05:02:01");
        assertThat(state("slow").value()).isEqualTo(Value.INSUFFICIENT_DATA);

        runUntil("05:02:10");

        assertThat(state("slow").value()).isEqualTo(Value.ALARM);
        assertThat(state("slow").reason())
                .isEqualTo(
                        "Threshold Crossed: 2 datapoints [4.0 (21/11/26 05:01:00), 8.0 (21/11/26 05:00:00)] were less"
                                + " than the threshold (10.0).");
    }

    @Test
    void evaluatesMetricMath() {
        put("math", """
            {"AlarmName":"math","EvaluationPeriods":1,"Threshold":50,"ComparisonOperator":"GreaterThanThreshold",
             "Metrics":[{"Id":"e","Expression":"100 * a / b"},
             {"Id":"a","ReturnData":false,"MetricStat":{"Period":60,"Stat":"Sum",
              "Metric":{"Namespace":"app","MetricName":"a"}}},
             {"Id":"b","ReturnData":false,"MetricStat":{"Period":60,"Stat":"Sum",
              "Metric":{"Namespace":"app","MetricName":"b"}}}]}\
            """);
        observe(MetricKey.of("app", "a", Map.of()), "05:00:10", 3);
        observe(MetricKey.of("app", "b", Map.of()), "05:00:20", 4);

        runUntil("05:01:10");

        assertThat(state("math").value()).isEqualTo(Value.ALARM);
    }

    @Test
    void takesTheActionsOfAStateThatSomebodySetAndRevertsIt() {
        catalog.update(
                ResourceKind.ALARM,
                "seed",
                alarm -> alarm.withState(
                        alarm.state().to(Value.ALARM, "testing", null, now.get().plusMillis(5))));
        evaluator.run();
        assertThat(taken).containsExactly("seed INSUFFICIENT_DATA to ALARM");

        runUntil("05:00:20");

        assertThat(state("seed").value()).isEqualTo(Value.INSUFFICIENT_DATA);
        assertThat(taken).hasSize(1);
    }

    @Test
    void takesActionsLaterThatCouldNotBeTaken() {
        action.isBroken = true;
        observe(METRIC, "05:00:10", 1);
        runUntil("05:00:40");
        assertThat(taken).isEmpty();

        action.isBroken = false;
        new AlarmEvaluator(catalog, metrics, List.of(action), clock).run();

        assertThat(taken).containsExactly("seed INSUFFICIENT_DATA to ALARM");
    }

    @Test
    void takesNoActionsWhileTheyAreDisabled() {
        catalog.update(ResourceKind.ALARM, "seed", alarm -> {
            var request = alarm.request().deepCopy();
            return alarm.configured(request.put("ActionsEnabled", false), now.get());
        });
        observe(METRIC, "05:00:10", 1);

        runUntil("05:00:40");

        assertThat(state("seed").value()).isEqualTo(Value.ALARM);
        assertThat(taken).isEmpty();
        assertThat(catalog.find(ResourceKind.ALARM, "seed").orElseThrow().owesActions())
                .isFalse();
    }

    @Test
    void tellsTopicsWhatCloudWatchTellsThem() {
        observe(METRIC, "05:00:10", 1);
        runUntil("05:00:40");

        AlarmMessage message =
                AlarmMessage.of(catalog.find(ResourceKind.ALARM, "seed").orElseThrow(), "000000000000", "us-east-1");

        assertThat(message.subject()).isEqualTo("ALARM: \"seed\" in us-east-1");
        JsonNode body = JsonMapper.shared().readTree(message.body());
        assertThat(body.path("NewStateValue").asString("")).isEqualTo("ALARM");
        assertThat(body.path("OldStateValue").asString("")).isEqualTo("INSUFFICIENT_DATA");
        assertThat(body.path("StateChangeTime").asString("")).isEqualTo("2026-11-21T05:00:32.000+0000");
        assertThat(body.path("Trigger").path("Statistic").asString("")).isEqualTo("MAXIMUM");
        assertThat(body.path("Trigger").path("Dimensions").get(0).path("value").asString(""))
                .isEqualTo("ic");
    }

    private void put(String name, String request) {
        catalog.create(
                ResourceKind.ALARM,
                AlarmResource.of(
                        name,
                        CONFIG.arns().alarm(name),
                        ControlPlaneJson.parse(request.getBytes(StandardCharsets.UTF_8)),
                        now.get()));
    }

    private void observe(MetricKey key, String time, double value) {
        var sample = new MetricSample(key, Unit.COUNT, MetricSample.slotOf(at(time)), StatisticSet.of(value));
        var _ = feed.publish("test", new MetricBatch(List.of(sample)));
        await().until(() -> !metrics.datapoints(key, null, at(time), at(time).plusSeconds(1), Duration.ofSeconds(10))
                .isEmpty());
    }

    /// Second by second.
    private void runUntil(String time) {
        while (now.get().isBefore(at(time))) {
            now.set(now.get().plusSeconds(1));
            evaluator.run();
        }
    }

    private AlarmState state(String alarm) {
        return catalog.find(ResourceKind.ALARM, alarm).orElseThrow().state();
    }

    private static Instant at(String time) {
        return Instant.parse("2026-11-21T" + time + "Z");
    }
}
