package dev.millrace.monitoring.operation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.millrace.controlplane.ControlPlaneConfig;
import dev.millrace.controlplane.ResourceCatalog;
import dev.millrace.controlplane.operation.Operation;
import dev.millrace.controlplane.operation.ServiceOperations;
import dev.millrace.controlplane.shape.ControlPlaneJson;
import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.PlatformException;
import dev.millrace.invocation.PlatformObjects;
import dev.millrace.invocation.ResourceChange;
import dev.millrace.monitoring.MetricBatch;
import dev.millrace.monitoring.Monitoring;
import dev.millrace.monitoring.MonitoringConfig;
import dev.millrace.testkit.CompatibilityPage;
import dev.millrace.testkit.FakeFeed;
import dev.millrace.testkit.FakeObjectStore;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class CloudWatchOperationsTest {
    private static final ControlPlaneConfig CONFIG = ControlPlaneConfig.DEFAULT;
    private static final PlatformObjects OBJECTS = new PlatformObjects(CONFIG.platformBucket());
    private static final String RANGE = "'StartTime':1795262400,'EndTime':1795266000";
    private static final String SEED_ALARM = """
        {'AlarmName':'ic-step-scaling-policy-alarm','AlarmActions':['arn:aws:autoscaling:us-east-1:0:scalingPolicy:x'],
         'MetricName':'NoCapacityInvocationFailures','Namespace':'AWS/SageMaker','Statistic':'Maximum',
         'Dimensions':[{'Name':'InferenceComponentName','Value':'ic'}],'Period':30,'EvaluationPeriods':1,
         'DatapointsToAlarm':1,'Threshold':1,'ComparisonOperator':'GreaterThanOrEqualToThreshold',
         'TreatMissingData':'missing'}\
        """;

    /// 1795262400.
    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-11-21T12:00:00Z"));

    private final InstantSource clock = now::get;
    private final FakeFeed<ResourceChange> changes = new FakeFeed<>(clock);
    private final FakeFeed<MetricBatch> feed = new FakeFeed<>(clock, 1, MetricBatch.CODEC);
    private final FakeObjectStore store = new FakeObjectStore(clock, CONFIG.platformBucket());
    private final ResourceCatalog catalog = ResourceCatalog.open(store, OBJECTS, changes, clock);
    private final Monitoring monitoring =
            new Monitoring(MonitoringConfig.DEFAULT, feed, store, OBJECTS, clock, new SimpleMeterRegistry());
    private final ServiceOperations operations = monitoring.operations(catalog, CONFIG);

    @BeforeEach
    void load() {
        catalog.awaitLoaded(Duration.ofSeconds(10));
    }

    @AfterEach
    void close() {
        monitoring.close();
        catalog.close();
    }

    @Test
    void thePageNamesEveryOperationThatThereIsAndNoOther() {
        assertThat(CompatibilityPage.operations("CloudWatch"))
                .isEqualTo(operations.all().stream().map(Operation::name).collect(Collectors.toSet()));
    }

    @Test
    void readsBackWhatWasPut() {
        call("PutMetricData", """
            {'Namespace':'app','MetricData':[
             {'MetricName':'m','Dimensions':[{'Name':'d','Value':'1'}],'Value':4,'Unit':'Count'},
             {'MetricName':'m','Dimensions':[{'Name':'d','Value':'1'}],'Values':[1,3],'Counts':[2,1],'Unit':'Count'},
             {'MetricName':'m','Dimensions':[{'Name':'d','Value':'1'}],'Unit':'Count',
              'StatisticValues':{'SampleCount':2,'Sum':11,'Minimum':5,'Maximum':6}}]}\
            """);

        await().untilAsserted(
                        () -> assertThat(statistics("'Statistics':['SampleCount','Sum','Minimum','Maximum','Average']"))
                                .isEqualTo(json("""
                                    {'Label':'m','Datapoints':[{'Timestamp':1795262400,'SampleCount':6.0,'Sum':20.0,'Minimum':1.0,
                                     'Maximum':6.0,'Average':3.3333333333333335,'Unit':'Count'}]}\
                                    """)));
        assertThat(statistics("'ExtendedStatistics':['p50'],'Unit':'Count'")
                        .path("Datapoints")
                        .get(0))
                .isEqualTo(json("{'Timestamp':1795262400,'ExtendedStatistics':{},'Unit':'Count'}"));
        assertThat(statistics("'Statistics':['Sum'],'Unit':'Bytes'").path("Datapoints"))
                .isEmpty();
        assertThat(call("ListMetrics", "{'Namespace':'app','Dimensions':[{'Name':'d'}]}"))
                .isEqualTo(json("""
                    {'Metrics':[{'Namespace':'app','MetricName':'m','Dimensions':[{'Name':'d','Value':'1'}]}]}\
                    """));
        assertThat(call("ListMetrics", "{'Dimensions':[{'Name':'d','Value':'2'}]}")
                        .path("Metrics"))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'MetricName':'m','Value':1,'Values':[1]}",
                "{'MetricName':'m'}",
                "{'MetricName':'m','Values':[1,2],'Counts':[1]}",
                "{'MetricName':'m','StatisticValues':{'SampleCount':0,'Sum':1,'Minimum':1,'Maximum':1}}",
                "{'MetricName':'m','Value':1e200}",
                "{'MetricName':'m','Value':1,'Timestamp':1795252400}",
                "{'MetricName':'m','Value':1,'Timestamp':1795272400}",
                "{'MetricName':'m','Value':1,'Unit':'Furlongs'}",
                "{'MetricName':'m','Value':1,'Dimensions':[{'Name':'d','Value':'1'},{'Name':'d','Value':'2'}]}"
            })
    void refusesValuesThatAreNone(String datum) {
        assertThatThrownBy(() -> call("PutMetricData", "{'Namespace':'app','MetricData':[" + datum + "]}"))
                .isInstanceOf(PlatformException.class);
    }

    @Test
    void keepsTheNamesOfServicesForThem() {
        assertThatThrownBy(() -> call(
                        "PutMetricData",
                        "{'Namespace':'AWS/SageMaker','MetricData':[{'MetricName':'Invocations','Value':1}]}"))
                .isInstanceOfSatisfying(
                        PlatformException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_PARAMETER));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a / b|2.0, 10.0",
                "a + b * 2 - 1|19.0, 23.0",
                "(a + b) / PERIOD(a)|0.25, 0.36666666666666664",
                "IF(a > 15, a, 0 - b)|-5.0, 20.0",
                "IF(a == 10 AND b >= 5, 1, 0)|1.0, 0.0",
                "FILL(c, 0) + a|17.0, 20.0",
                "SUM([a, b])|15.0, 22.0",
                "AVG(METRICS())|7.333333333333333, 11.0",
                "MAX([a, b, c])|10.0, 20.0",
                "a - MIN(a)|0.0, 10.0",
                "RATE(a)|0.16666666666666666",
                "a / (b - 5)|-6.666666666666667"
            })
    void computesExpressions(String expression, String values) {
        put("a", 10, 0);
        put("a", 20, 60);
        put("b", 5, 0);
        put("b", 2, 60);
        put("c", 7, 0);

        await().untilAsserted(() -> assertThat(results(expression)).isEqualTo(values.replace(" ", "")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a +",
                "nothing",
                "e",
                "ANOMALY_DETECTION_BAND(a)",
                "SUM(a)",
                "FILL(a, LINEAR)",
                "a b",
                "((((((((((((((((((((((((((((((((((((((((((((((((((a",
                "IF(a)"
            })
    void refusesExpressionsThatMakeNoSeries(String expression) {
        assertThatThrownBy(() -> results(expression))
                .isInstanceOfSatisfying(
                        PlatformException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.VALIDATION_ERROR));
    }

    @Test
    void pagesThroughMetricData() {
        for (int i = 0; i < 5; i++) {
            put("a", i, i * 60);
        }
        await().untilAsserted(() -> assertThat(results("a * 1")).isEqualTo("0.0,1.0,2.0,3.0,4.0"));
        String query = "{" + RANGE + ",'MaxDatapoints':3,'ScanBy':'TimestampAscending','MetricDataQueries':["
                + metric("a", true) + "]";

        ObjectNode first = call("GetMetricData", query + "}");
        ObjectNode second = call(
                "GetMetricData",
                query + ",'NextToken':'" + first.path("NextToken").asString("") + "'}");

        assertThat(first.path("MetricDataResults").get(0).path("Values").toString())
                .isEqualTo("[0.0,1.0,2.0]");
        assertThat(first.path("MetricDataResults").get(0).path("StatusCode").asString(""))
                .isEqualTo("PartialData");
        assertThat(second.path("MetricDataResults").get(0).path("Values").toString())
                .isEqualTo("[3.0,4.0]");
        assertThat(second.has("NextToken")).isFalse();
        assertThatThrownBy(() -> call("GetMetricData", query + ",'NextToken':'%%'}"))
                .isInstanceOfSatisfying(
                        PlatformException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_NEXT_TOKEN));
    }

    @Test
    void describesTheAlarmThatWasPut() {
        call("PutMetricAlarm", SEED_ALARM);

        ObjectNode alarm =
                (ObjectNode) call("DescribeAlarms", "{}").path("MetricAlarms").get(0);

        assertThat(alarm.path("AlarmArn").asString(""))
                .isEqualTo("arn:aws:cloudwatch:us-east-1:000000000000:alarm:ic-step-scaling-policy-alarm");
        assertThat(alarm.path("StateValue").asString("")).isEqualTo("INSUFFICIENT_DATA");
        assertThat(alarm.path("StateReason").asString("")).isEqualTo("Unchecked: Initial alarm creation");
        assertThat(alarm.path("Period").asInt(0)).isEqualTo(30);
        assertThat(alarm.path("ActionsEnabled").asBoolean(false)).isTrue();
        assertThat(alarm.path("OKActions")).isEmpty();
        assertThat(call("DescribeAlarmsForMetric", """
            {'MetricName':'NoCapacityInvocationFailures','Namespace':'AWS/SageMaker',
             'Dimensions':[{'Name':'InferenceComponentName','Value':'ic'}]}\
            """).path("MetricAlarms")).hasSize(1);
    }

    @Test
    void keepsTheStateWhenAnAlarmIsPutAgain() {
        call("PutMetricAlarm", SEED_ALARM);
        call("SetAlarmState", """
            {'AlarmName':'ic-step-scaling-policy-alarm','StateValue':'OK','StateReason':'because'}\
            """);
        now.set(now.get().plusSeconds(1));
        call("PutMetricAlarm", SEED_ALARM.replace("'Threshold':1", "'Threshold':2"));

        ObjectNode alarm = (ObjectNode) call("DescribeAlarms", "{'StateValue':'OK'}")
                .path("MetricAlarms")
                .get(0);

        assertThat(alarm.path("Threshold").asInt(0)).isEqualTo(2);
        assertThat(alarm.path("StateReason").asString("")).isEqualTo("because");
        assertThat(call("DescribeAlarmHistory", "{'AlarmName':'ic-step-scaling-policy-alarm'}")
                        .path("AlarmHistoryItems")
                        .valueStream()
                        .map(item -> item.path("HistorySummary").asString(""))
                        .toList())
                .containsExactly(
                        "Alarm \"ic-step-scaling-policy-alarm\" updated",
                        "Alarm updated from INSUFFICIENT_DATA to OK",
                        "Alarm \"ic-step-scaling-policy-alarm\" created");
    }

    @Test
    void takesNamesThatAreNoFileNames() {
        for (String name : new String[] {"TargetTracking-endpoint/e/variant/v-AlarmHigh-1", "../../x", "für°", "a b"}) {
            call("PutMetricAlarm", SEED_ALARM.replace("ic-step-scaling-policy-alarm", name));
        }

        assertThat(call("DescribeAlarms", "{'AlarmNames':['../../x','a b']}").path("MetricAlarms"))
                .hasSize(2);
        call("DeleteAlarms", "{'AlarmNames':['../../x','nothing']}");
        assertThat(call("DescribeAlarms", "{}").path("MetricAlarms")).hasSize(3);
    }

    @Test
    void pagesThroughAlarms() {
        for (String name : new String[] {"c", "a", "b"}) {
            call("PutMetricAlarm", SEED_ALARM.replace("ic-step-scaling-policy-alarm", name));
        }

        ObjectNode first = call("DescribeAlarms", "{'MaxRecords':2}");
        ObjectNode second = call(
                "DescribeAlarms", "{'NextToken':'" + first.path("NextToken").asString("") + "'}");

        assertThat(first.path("MetricAlarms")
                        .valueStream()
                        .map(each -> each.path("AlarmName").asString("")))
                .containsExactly("a", "b");
        assertThat(second.path("MetricAlarms")
                        .valueStream()
                        .map(each -> each.path("AlarmName").asString("")))
                .containsExactly("c");
        assertThat(second.has("NextToken")).isFalse();
    }

    @Test
    void switchesActionsAndChangesTags() {
        call("PutMetricAlarm", SEED_ALARM.replace("'Period'", "'Tags':[{'Key':'k','Value':'v'}],'Period'"));
        String arn = "'ResourceARN':'arn:aws:cloudwatch:us-east-1:000000000000:alarm:ic-step-scaling-policy-alarm'";
        call("DisableAlarmActions", "{'AlarmNames':['ic-step-scaling-policy-alarm','nothing']}");
        call("TagResource", "{" + arn + ",'Tags':[{'Key':'more','Value':'1'}]}");
        call("UntagResource", "{" + arn + ",'TagKeys':['k']}");

        assertThat(call("DescribeAlarms", "{}")
                        .path("MetricAlarms")
                        .get(0)
                        .path("ActionsEnabled")
                        .asBoolean(true))
                .isFalse();
        assertThat(call("ListTagsForResource", "{" + arn + "}"))
                .isEqualTo(json("{'Tags':[{'Key':'more','Value':'1'}]}"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'Period':30>'Period':45",
                "'Period':30>'Period':604860",
                "'EvaluationPeriods':1>'EvaluationPeriods':3000",
                "'DatapointsToAlarm':1>'DatapointsToAlarm':2",
                "'Statistic':'Maximum'>'Statistic':'Most'",
                "'Statistic':'Maximum'>'ExtendedStatistic':'median'",
                "'Statistic':'Maximum',>",
                "'Threshold':1,>",
                "GreaterThanOrEqualToThreshold>GreaterThanUpperThreshold",
                "'missing'>'lost'",
                "arn:aws:autoscaling>autoscaling",
                "'Namespace':'AWS/SageMaker'>'Namespace':':x'"
            })
    void refusesAlarmsThatBreakARule(String change) {
        String[] parts = change.split(">", -1);
        String broken = SEED_ALARM.replace(parts[0], parts[1]);

        assertThat(broken).isNotEqualTo(SEED_ALARM);
        assertThatThrownBy(() -> call("PutMetricAlarm", broken)).isInstanceOf(PlatformException.class);
    }

    @Test
    void refusesToSetTheStateOfNoAlarm() {
        assertThatThrownBy(
                        () -> call("SetAlarmState", "{'AlarmName':'none','StateValue':'OK','StateReason':'because'}"))
                .isInstanceOfSatisfying(
                        PlatformException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.RESOURCE_NOT_FOUND));
    }

    private void put(String metric, double value, int second) {
        now.set(Instant.ofEpochSecond(1795262400 + second));
        call(
                "PutMetricData",
                "{'Namespace':'app','MetricData':[{'MetricName':'" + metric + "','Value':" + value + "}]}");
    }

    private String results(String expression) {
        ObjectNode answer = call(
                "GetMetricData",
                "{" + RANGE + ",'ScanBy':'TimestampAscending','MetricDataQueries':[" + metric("a", false) + ","
                        + metric("b", false) + "," + metric("c", false) + ",{'Id':'e','Expression':'" + expression
                        + "'}]}");
        return answer.path("MetricDataResults").get(0).path("Values").toString().replaceAll("[\\[\\]]", "");
    }

    private static String metric(String name, boolean isReturned) {
        return "{'Id':'" + name + "','ReturnData':" + isReturned + ",'MetricStat':{'Period':60,'Stat':'Sum','Metric':{"
                + "'Namespace':'app','MetricName':'" + name + "'}}}";
    }

    private ObjectNode statistics(String wanted) {
        return call("GetMetricStatistics", """
            {'Namespace':'app','MetricName':'m','Dimensions':[{'Name':'d','Value':'1'}],'Period':60,%s,%s}\
            """.formatted(RANGE, wanted));
    }

    /// As a client reads it.
    private ObjectNode call(String operation, String request) {
        ObjectNode answer = operations.call(operation, json(request));
        return (ObjectNode) JsonMapper.shared().readTree(ControlPlaneJson.write(answer));
    }

    private static ObjectNode json(String text) {
        return ControlPlaneJson.parse(text.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    }
}
