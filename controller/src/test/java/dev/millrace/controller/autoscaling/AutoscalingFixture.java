package dev.millrace.controller.autoscaling;

import static dev.millrace.controlplane.ResourceKind.ALARM;
import static dev.millrace.controlplane.ResourceKind.ENDPOINT;
import static dev.millrace.controlplane.ResourceKind.SCALABLE_TARGET;
import static dev.millrace.controlplane.ResourceKind.SCALING_ACTIVITIES;

import dev.millrace.controlplane.AlarmDefinition;
import dev.millrace.controlplane.AlarmResource;
import dev.millrace.controlplane.AlarmState;
import dev.millrace.controlplane.ControlPlaneConfig;
import dev.millrace.controlplane.EndpointResource;
import dev.millrace.controlplane.Generation;
import dev.millrace.controlplane.ResourceCatalog;
import dev.millrace.controlplane.ScalableTargetResource;
import dev.millrace.controlplane.ScalingActivity;
import dev.millrace.controlplane.operation.AwsService;
import dev.millrace.controlplane.operation.ControlPlaneOperations;
import dev.millrace.controlplane.shape.ControlPlaneJson;
import dev.millrace.invocation.PlatformObjects;
import dev.millrace.invocation.ResourceChange;
import dev.millrace.monitoring.Datapoint;
import dev.millrace.monitoring.Distribution;
import dev.millrace.monitoring.MetricKey;
import dev.millrace.monitoring.StatisticSet;
import dev.millrace.monitoring.Unit;
import dev.millrace.testkit.FakeFeed;
import dev.millrace.testkit.FakeObjectStore;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// The autoscaler over real documents, at a time that the test sets. Workers come and go the moment
/// they are asked for; alarms go off when each of their periods breaches.
final class AutoscalingFixture implements AutoCloseable {
    static final Instant START = Instant.parse("2026-11-21T10:00:00Z");
    static final String TARGET = "'ServiceNamespace':'sagemaker','ResourceId':'endpoint/e/variant/main',"
            + "'ScalableDimension':'sagemaker:variant:DesiredInstanceCount'";

    private final AtomicReference<Instant> now = new AtomicReference<>(START);
    private final FakeObjectStore store = new FakeObjectStore(now::get, ControlPlaneConfig.DEFAULT.platformBucket());
    final ResourceCatalog catalog = ResourceCatalog.open(
            store,
            new PlatformObjects(ControlPlaneConfig.DEFAULT.platformBucket()),
            new FakeFeed<ResourceChange>(now::get),
            now::get);
    private final ControlPlaneOperations operations =
            new ControlPlaneOperations(catalog, ControlPlaneConfig.DEFAULT, now::get, new Random(1));
    private final Map<MetricKey, TreeMap<Instant, StatisticSet>> metrics = new HashMap<>();
    Autoscaler autoscaler = newAutoscaler();

    AutoscalingFixture() {
        catalog.awaitLoaded(Duration.ofSeconds(10));
        sageMaker("CreateModel", "'ModelName':'m','PrimaryContainer':{'Image':'repo/onnx:1'}");
        sageMaker(
                "CreateEndpointConfig",
                "'EndpointConfigName':'c','ProductionVariants':[{'VariantName':'main','ModelName':'m',"
                        + "'InstanceType':'ml.c5.large','InitialInstanceCount':1}]");
        sageMaker("CreateEndpoint", "'EndpointName':'e','EndpointConfigName':'c'");
        catalog.update(ENDPOINT, "e", endpoint -> endpoint.promoted(now()));
        workers(1);
    }

    /// As after a restart of the controller.
    Autoscaler newAutoscaler() {
        return new Autoscaler(
                catalog, ControlPlaneConfig.DEFAULT.arns(), this::datapoints, new TargetsInForce(catalog), now::get);
    }

    Instant now() {
        return now.get();
    }

    void sageMaker(String operation, String members) {
        operations.call(operation, json(members));
    }

    ObjectNode scaling(String operation, String members) {
        return operations.services().stream()
                .filter(each -> each.service() == AwsService.APPLICATION_AUTO_SCALING)
                .findFirst()
                .orElseThrow()
                .call(operation, json(members));
    }

    void register(int min, int max) {
        scaling("RegisterScalableTarget", TARGET + ",'MinCapacity':" + min + ",'MaxCapacity':" + max);
    }

    ScalableTargetResource target() {
        return catalog.all(SCALABLE_TARGET).getFirst();
    }

    /// A policy on the concurrency of each worker.
    void track(String name, double target, int outCooldown, int inCooldown) {
        scaling(
                "PutScalingPolicy",
                TARGET + ",'PolicyName':'" + name + "','PolicyType':'TargetTrackingScaling',"
                        + "'TargetTrackingScalingPolicyConfiguration':{'TargetValue':" + target + ","
                        + "'ScaleOutCooldown':" + outCooldown + ",'ScaleInCooldown':" + inCooldown + ","
                        + "'PredefinedMetricSpecification':{'PredefinedMetricType':"
                        + "'SageMakerVariantConcurrentRequestsPerModelHighResolution'}}");
    }

    /// A step policy of +1 and an alarm at 1 of that metric that calls it.
    void stepOut(String name, String metric, int cooldown) {
        String arn = scaling(
                        "PutScalingPolicy",
                        TARGET + ",'PolicyName':'" + name + "','StepScalingPolicyConfiguration':{'AdjustmentType':"
                                + "'ChangeInCapacity','StepAdjustments':[{'MetricIntervalLowerBound':0,"
                                + "'ScalingAdjustment':1}],'MetricAggregationType':'Maximum','Cooldown':" + cooldown
                                + "}")
                .get("PolicyARN")
                .stringValue();
        ObjectNode alarm = json("'Namespace':'AWS/SageMaker','MetricName':'" + metric + "','Statistic':'Maximum',"
                + "'Dimensions':[{'Name':'EndpointName','Value':'e'}],'Period':30,'EvaluationPeriods':1,"
                + "'Threshold':1,'ComparisonOperator':'GreaterThanOrEqualToThreshold'");
        alarm.putArray("AlarmActions").add(arn);
        catalog.create(ALARM, AlarmResource.of(name + "-alarm", "arn:" + name, alarm, now()));
    }

    /// The concurrency of each worker, in the ten seconds that end now.
    void concurrency(double value) {
        metric("ConcurrentRequestsPerModel", Map.of("EndpointName", "e", "VariantName", "main"), value);
    }

    void metric(String name, Map<String, String> dimensions, double value) {
        metrics.computeIfAbsent(MetricKey.of("AWS/SageMaker", name, dimensions), _ -> new TreeMap<>())
                .put(now().minusSeconds(10), StatisticSet.of(value));
    }

    void pass(Duration time) {
        now.updateAndGet(at -> at.plus(time));
    }

    /// Lets alarms look, the autoscaler act, and the workers follow.
    void round() {
        catalog.all(ALARM).forEach(this::evaluate);
        autoscaler.round(_ -> true, true);
        Integer wanted = serving().wantedInstances();
        if (wanted != null) {
            workers(wanted);
        }
    }

    void workers(int count) {
        catalog.update(
                ENDPOINT,
                "e",
                endpoint -> endpoint.withGeneration(
                        Objects.requireNonNull(endpoint.serving()).id(), each -> each.withInstances(count, count)));
    }

    Generation serving() {
        EndpointResource endpoint = catalog.find(ENDPOINT, "e").orElseThrow();
        return Objects.requireNonNull(endpoint.serving());
    }

    int capacity() {
        return serving().desiredInstances();
    }

    @Nullable
    Integer wanted() {
        return serving().wantedInstances();
    }

    /// Newest first.
    List<ScalingActivity> activities() {
        return catalog.all(SCALING_ACTIVITIES).stream()
                .flatMap(log -> log.activities().stream())
                .toList();
    }

    /// Those that changed something, as `+seconds description | cause`, oldest first.
    List<String> story() {
        return activities().reversed().stream()
                .filter(each -> each.notScaled() == null)
                .map(each -> "+" + Duration.between(START, each.startTime()).toSeconds() + " " + each.description()
                        + " | " + each.cause().replaceAll("-[a-f0-9]{8}-[a-f0-9-]{27}", ""))
                .toList();
    }

    void setAlarm(String name, AlarmState.Value value) {
        catalog.update(ALARM, name, alarm -> alarm.withState(alarm.state().to(value, "test", null, now())));
    }

    private void evaluate(AlarmResource alarm) {
        AlarmDefinition definition = alarm.definition();
        AlarmDefinition.Metric metric = Objects.requireNonNull(definition.metric());
        List<Datapoint> points = datapoints(
                new MetricKey(metric.namespace(), metric.name(), metric.dimensions()),
                null,
                now().minus(definition.period().multipliedBy(definition.evaluationPeriods())),
                now(),
                definition.period());
        if (points.isEmpty()) {
            setAlarm(alarm.name(), AlarmState.Value.INSUFFICIENT_DATA);
            return;
        }
        boolean isAlarm = points.size() >= definition.evaluationPeriods()
                && points.stream()
                        .allMatch(point -> breaches(definition, point.values().maximum()));
        setAlarm(alarm.name(), isAlarm ? AlarmState.Value.ALARM : AlarmState.Value.OK);
    }

    private static boolean breaches(AlarmDefinition alarm, double value) {
        int order = Double.compare(value, alarm.threshold());
        Map<String, IntPredicate> operators = Map.of(
                "GreaterThanThreshold", o -> o > 0,
                "GreaterThanOrEqualToThreshold", o -> o >= 0,
                "LessThanThreshold", o -> o < 0,
                "LessThanOrEqualToThreshold", o -> o <= 0);
        return Objects.requireNonNull(operators.get(alarm.comparison())).test(order);
    }

    private List<Datapoint> datapoints(MetricKey key, @Nullable Unit unit, Instant from, Instant to, Duration period) {
        var byPeriod = new TreeMap<Instant, List<StatisticSet>>();
        metrics.getOrDefault(key, new TreeMap<>())
                .subMap(from, true, to, false)
                .forEach((at, values) -> byPeriod.computeIfAbsent(
                                at.minusSeconds(Math.floorMod(at.getEpochSecond(), period.toSeconds())),
                                _ -> new ArrayList<>())
                        .add(values));
        return byPeriod.entrySet().stream()
                .map(entry -> new Datapoint(entry.getKey(), merged(entry.getValue())))
                .toList();
    }

    private static StatisticSet merged(List<StatisticSet> parts) {
        return new StatisticSet(
                parts.stream().mapToDouble(StatisticSet::sampleCount).sum(),
                parts.stream().mapToDouble(StatisticSet::sum).sum(),
                parts.stream().mapToDouble(StatisticSet::minimum).min().orElseThrow(),
                parts.stream().mapToDouble(StatisticSet::maximum).max().orElseThrow(),
                Distribution.NONE);
    }

    private static ObjectNode json(String members) {
        return ControlPlaneJson.parse(("{" + members + "}").replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void close() {
        catalog.close();
    }
}
