package dev.millrace.controlplane.scaling;

import static dev.millrace.controlplane.scaling.ScalingCalls.STEPS;
import static dev.millrace.controlplane.scaling.ScalingCalls.TARGET;
import static dev.millrace.controlplane.scaling.ScalingCalls.TRACKING;
import static dev.millrace.controlplane.scaling.ScalingCalls.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.controlplane.AlarmResource;
import dev.millrace.controlplane.Fixture;
import dev.millrace.controlplane.ResourceKind;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

class ScalingOperationsTest {
    private final ScalingCalls calls = new ScalingCalls();
    private final Fixture fixture = calls.fixture;

    @AfterEach
    void close() {
        calls.close();
    }

    private ObjectNode call(String operation, String members) {
        return calls.call(operation, members);
    }

    private JsonNode target() {
        return call("DescribeScalableTargets", "'ServiceNamespace':'sagemaker'")
                .get("ScalableTargets")
                .get(0);
    }

    private JsonNode policies() {
        return call("DescribeScalingPolicies", "'ServiceNamespace':'sagemaker'").get("ScalingPolicies");
    }

    private List<AlarmResource> alarms() {
        return fixture.catalog.all(ResourceKind.ALARM);
    }

    @Test
    void describesWhatWasRegistered() {
        String arn = calls.register(2, 5);

        assertThat(arn).matches("arn:aws:application-autoscaling:us-east-1:000000000000:scalable-target/[a-f0-9-]{36}");
        ObjectNode described = (ObjectNode) target();
        assertThat(described.get("CreationTime")).hasToString("1795255200.25");
        assertThat(described.without("CreationTime"))
                .isEqualTo(Fixture.json("{" + TARGET + ",'MinCapacity':2,'MaxCapacity':5,'RoleARN':"
                        + "'arn:aws:iam::000000000000:role/aws-service-role/sagemaker.application-autoscaling."
                        + "amazonaws.com/AWSServiceRoleForApplicationAutoScaling_SageMakerEndpoint',"
                        + "'ScalableTargetARN':'" + arn + "','SuspendedState':"
                        + "{'DynamicScalingInSuspended':false,'DynamicScalingOutSuspended':false,"
                        + "'ScheduledScalingSuspended':false}}"));
    }

    @Test
    void keepsWhatASecondRegistrationLeavesOut() {
        String arn = calls.register(2, 5);

        String again = call(
                        "RegisterScalableTarget",
                        TARGET + ",'MaxCapacity':7,'SuspendedState':{'DynamicScalingInSuspended':true}")
                .get("ScalableTargetARN")
                .stringValue();
        call("RegisterScalableTarget", TARGET);

        assertThat(again).isEqualTo(arn);
        assertThat(target().get("MinCapacity").intValue()).isEqualTo(2);
        assertThat(target().get("MaxCapacity").intValue()).isEqualTo(7);
        assertThat(target().get("SuspendedState")
                        .get("DynamicScalingInSuspended")
                        .booleanValue())
                .isTrue();
    }

    @Test
    void refusesTargetsOfWhatIsNotThere() {
        assertRefused(
                () -> call("RegisterScalableTarget", TARGET.replace("/e/", "/x/") + ",'MinCapacity':0,'MaxCapacity':1"),
                "ValidationException",
                "Could not find endpoint");
        assertRefused(
                () -> call(
                        "RegisterScalableTarget",
                        "'ServiceNamespace':'sagemaker','ResourceId':'inference-component/none','ScalableDimension':"
                                + "'sagemaker:inference-component:DesiredCopyCount','MinCapacity':0,'MaxCapacity':1"),
                "ValidationException",
                "Could not find inference component");
        assertThat(fixture.catalog.all(ResourceKind.SCALABLE_TARGET)).isEmpty();
    }

    /// The deck of seed 000 names its variant by another word in the scalable target.
    @Test
    void takesATargetOfAnotherVariantForTheOnlyOneAndSaysSo() {
        String other = TARGET.replace("variant/main", "variant/model2");
        call("RegisterScalableTarget", other + ",'MinCapacity':2,'MaxCapacity':5");
        call("PutScalingPolicy", other + ",'PolicyName':'p'," + TRACKING);

        JsonNode activity = call("DescribeScalingActivities", "'ServiceNamespace':'sagemaker'")
                .get("ScalingActivities")
                .get(0);
        assertThat(activity.get("Details").stringValue())
                .isEqualTo("The endpoint has no variant model2: its only variant, main, is scaled.");
        assertThat(activity.get("Description").stringValue())
                .isEqualTo("Setting min capacity to 2 and max capacity to 5");
        assertThat(alarms())
                .allSatisfy(
                        alarm -> assertThat(alarm.request().get("Dimensions").toString())
                                .contains("\"main\"")
                                .doesNotContain("model2"));
    }

    @Test
    void refusesRegistrationsWithoutSense() {
        assertRefused(() -> call("RegisterScalableTarget", TARGET), "ValidationException", "are required");
        assertRefused(
                () -> calls.register(3, 2), "ValidationException", "MinCapacity must not be greater than MaxCapacity");
        calls.register(2, 5);
        assertRefused(
                () -> call("RegisterScalableTarget", TARGET + ",'MaxCapacity':1"),
                "ValidationException",
                "Maximum capacity cannot be less than minimum capacity");
        assertRefused(() -> calls.register(-1, 2), "ValidationException", "greater than or equal to 0");
        assertRefused(
                () -> call("RegisterScalableTarget", TARGET.replace("sagemaker'", "ecs'")),
                "ValidationException",
                "enum value set: [sagemaker]");
        assertRefused(
                () -> call("RegisterScalableTarget", TARGET.replace("endpoint/e/variant/main", "service/x/y")),
                "ValidationException",
                "regular expression");
        assertRefused(
                () -> call(
                        "RegisterScalableTarget",
                        TARGET.replace("endpoint/e/variant/main", "inference-component/c")
                                + ",'MinCapacity':1,'MaxCapacity':1"),
                "ValidationException",
                "Unsupported service namespace, resource type or scalable dimension");
        assertRefused(
                () -> call(
                        "RegisterScalableTarget",
                        TARGET.replace("DesiredInstanceCount", "DesiredProvisionedConcurrency")),
                "ValidationException",
                "Serverless variants are not supported yet");
    }

    @Test
    void makesTheTwoAlarmsOfAHighResolutionMetric() {
        calls.register(0, 2);

        ObjectNode answer = call("PutScalingPolicy", TARGET + ",'PolicyName':'my policy'," + TRACKING);

        String policyArn = answer.get("PolicyARN").stringValue();
        assertThat(policyArn)
                .matches("arn:aws:autoscaling:us-east-1:000000000000:scalingPolicy:[a-f0-9-]{36}:resource/sagemaker/"
                        + "endpoint/e/variant/main:policyName/my policy");
        assertThat(answer.get("Alarms")
                        .valueStream()
                        .map(each -> each.get("AlarmName").stringValue()))
                .satisfiesExactly(
                        high -> assertThat(high)
                                .matches("TargetTracking-endpoint/e/variant/main-AlarmHigh-[a-f0-9-]{36}"),
                        low -> assertThat(low)
                                .matches("TargetTracking-endpoint/e/variant/main-AlarmLow-[a-f0-9-]{36}"));
        assertThat(alarms())
                .satisfiesExactly(
                        high -> {
                            assertThat(high.request().get("AlarmDescription").stringValue())
                                    .isEqualTo("DO NOT EDIT OR DELETE. For TargetTrackingScaling policy " + policyArn
                                            + ".");
                            assertThat(high.definition().alarmActions()).containsExactly(policyArn);
                            assertThat(high.definition().comparison()).isEqualTo("GreaterThanThreshold");
                            assertThat(high.definition().threshold()).isEqualTo(5);
                            assertThat(high.definition().period()).isEqualTo(Duration.ofSeconds(10));
                            assertThat(high.definition().evaluationPeriods()).isEqualTo(3);
                        },
                        low -> {
                            assertThat(low.definition().comparison()).isEqualTo("LessThanThreshold");
                            assertThat(low.definition().threshold()).isEqualTo(4.5);
                            assertThat(low.definition().evaluationPeriods()).isEqualTo(90);
                            assertThat(low.definition().metric()).isNotNull();
                        });
    }

    @Test
    void makesNoLowAlarmWhereScaleInIsDisabledAndFifteenMinutesOfAStandardMetric() {
        calls.register(0, 2);
        call(
                "PutScalingPolicy",
                TARGET + ",'PolicyName':'a','PolicyType':'TargetTrackingScaling','TargetTrackingScalingPolicy"
                        + "Configuration':{'TargetValue':800,'DisableScaleIn':true,'PredefinedMetricSpecification':"
                        + "{'PredefinedMetricType':'SageMakerVariantInvocationsPerInstance'}}");
        assertThat(alarms()).hasSize(1);

        call(
                "PutScalingPolicy",
                TARGET + ",'PolicyName':'b','PolicyType':'TargetTrackingScaling','TargetTrackingScalingPolicy"
                        + "Configuration':{'TargetValue':5,'CustomizedMetricSpecification':{'MetricName':"
                        + "'ApproximateBacklogSizePerInstance','Namespace':'AWS/SageMaker','Statistic':'Average',"
                        + "'Dimensions':[{'Name':'EndpointName','Value':'e'}]}}");

        assertThat(alarms())
                .filteredOn(alarm -> alarm.definition().comparison().equals("LessThanThreshold"))
                .singleElement()
                .satisfies(low -> {
                    assertThat(low.definition().evaluationPeriods()).isEqualTo(15);
                    assertThat(low.definition().period()).isEqualTo(Duration.ofSeconds(60));
                });
    }

    @Test
    void watchesWhatMetricMathComesTo() {
        calls.register(0, 2);

        putMath(",'ReturnData':false", "");

        assertThat(alarms()).hasSize(2).allSatisfy(alarm -> {
            assertThat(alarm.definition().metric()).isNull();
            assertThat(alarm.definition().period()).isEqualTo(Duration.ofSeconds(60));
            assertThat(alarm.request().has("Period")).isFalse();
            assertThat(alarm.request().at("/Metrics/0/MetricStat/Period").intValue())
                    .isEqualTo(60);
            assertThat(alarm.request().at("/Metrics/1/Expression").stringValue())
                    .isEqualTo("m / 2");
        });
        assertThat(policies()
                        .get(0)
                        .at(
                                "/TargetTrackingScalingPolicyConfiguration/CustomizedMetricSpecification/Metrics/0/MetricStat")
                        .has("Period"))
                .isFalse();
    }

    @Test
    void refusesMetricMathThatDoesNotSayWhichOfItsMetricsCounts() {
        calls.register(0, 2);

        assertThatThrownBy(() -> putMath("", "")).hasMessageContaining("Exactly one of Metrics must return data.");
        assertThatThrownBy(() -> putMath(",'ReturnData':false", ",'MetricName':'m'"))
                .hasMessageContaining("Exactly one of MetricName and Metrics must be given.");
    }

    private void putMath(String metric, String more) {
        call(
                "PutScalingPolicy",
                TARGET + ",'PolicyName':'math','PolicyType':'TargetTrackingScaling','TargetTrackingScalingPolicy"
                        + "Configuration':{'TargetValue':5,'CustomizedMetricSpecification':{'Metrics':[{'Id':'m',"
                        + "'MetricStat':{'Metric':{'Namespace':'app','MetricName':'load'},'Stat':'Sum'}" + metric
                        + "},{'Id':'half','Expression':'m / 2'}]" + more + "}}");
    }

    @Test
    void replacesAPolicyUnderItsArnAndItsAlarmsByOthers() {
        calls.register(0, 2);
        ObjectNode first = call("PutScalingPolicy", TARGET + ",'PolicyName':'p'," + TRACKING);

        ObjectNode second = call(
                "PutScalingPolicy",
                TARGET + ",'PolicyName':'p'," + TRACKING.replace("'TargetValue':5", "'TargetValue':8"));

        assertThat(second.get("PolicyARN")).isEqualTo(first.get("PolicyARN"));
        assertThat(second.get("Alarms")).isNotEqualTo(first.get("Alarms"));
        assertThat(alarms()).hasSize(2);
        assertThat(policies().get(0).get("Alarms")).isEqualTo(second.get("Alarms"));
        assertThat(policies().get(0).get("TargetTrackingScalingPolicyConfiguration"))
                .isEqualTo(Fixture.json("{'TargetValue':8,'PredefinedMetricSpecification':{'PredefinedMetricType':"
                        + "'SageMakerVariantConcurrentRequestsPerModelHighResolution'},'ScaleOutCooldown':300,"
                        + "'ScaleInCooldown':300,'DisableScaleIn':false}"));
        assertRefused(
                () -> call("PutScalingPolicy", TARGET + ",'PolicyName':'p'," + STEPS),
                "ValidationException",
                "type of a scaling policy cannot be changed");
        assertRefused(
                () -> call("PutScalingPolicy", TARGET + ",'PolicyName':'q'," + TRACKING),
                "ValidationException",
                "Only one TargetTrackingScaling policy for a given metric specification is allowed");
    }

    @Test
    void listsTheUsersAlarmsThatCallAStepPolicy() {
        calls.register(0, 2);
        ObjectNode put = call("PutScalingPolicy", TARGET + ",'PolicyName':'steps'," + STEPS);
        assertThat(put.get("Alarms")).isEmpty();
        Instant now = fixture.clock.instant();
        ObjectNode alarm = Fixture.json("{'AlarmName':'mine','Threshold':1,'EvaluationPeriods':1}");
        alarm.putArray("AlarmActions").add(put.get("PolicyARN").stringValue());
        fixture.catalog.create(
                ResourceKind.ALARM,
                AlarmResource.of("mine", "arn:aws:cloudwatch:us-east-1:000000000000:alarm:mine", alarm, now));

        assertThat(policies().get(0).get("Alarms"))
                .isEqualTo(Fixture.json("{'a':[{'AlarmName':'mine','AlarmARN':"
                                + "'arn:aws:cloudwatch:us-east-1:000000000000:alarm:mine'}]}")
                        .get("a"));
        call("DeleteScalingPolicy", TARGET + ",'PolicyName':'steps'");
        assertThat(alarms()).hasSize(1);
    }

    @Test
    void deregistersWithEverythingThatBelongsToTheTarget() {
        calls.register(0, 2);
        call("PutScalingPolicy", TARGET + ",'PolicyName':'p'," + TRACKING);
        call("PutScalingPolicy", TARGET + ",'PolicyName':'s'," + STEPS);
        call(
                "PutScheduledAction",
                TARGET
                        + ",'ScheduledActionName':'a','Schedule':'rate(1 day)','ScalableTargetAction':{'MinCapacity':1}");

        call("DeregisterScalableTarget", TARGET);

        assertThat(fixture.catalog.all(ResourceKind.SCALABLE_TARGET)).isEmpty();
        assertThat(fixture.catalog.all(ResourceKind.SCALING_POLICY)).isEmpty();
        assertThat(fixture.catalog.all(ResourceKind.SCHEDULED_ACTION)).isEmpty();
        assertThat(alarms()).isEmpty();
        String missing = "No scalable target registered for service namespace: sagemaker, resource ID: "
                + "endpoint/e/variant/main, scalable dimension: sagemaker:variant:DesiredInstanceCount";
        assertRefused(() -> call("DeregisterScalableTarget", TARGET), "ObjectNotFoundException", missing);
        assertRefused(
                () -> call("PutScalingPolicy", TARGET + ",'PolicyName':'p'," + TRACKING),
                "ObjectNotFoundException",
                missing);
        assertRefused(
                () -> call("DeleteScalingPolicy", TARGET + ",'PolicyName':'p'"),
                "ObjectNotFoundException",
                "No scaling policy found");
        assertRefused(
                () -> call("DeleteScheduledAction", TARGET + ",'ScheduledActionName':'a'"),
                "ObjectNotFoundException",
                "No scheduled action found");
    }

    @Test
    void givesNewRegistrationsNothingOfEarlierOnes() {
        calls.register(0, 2);
        call("PutScalingPolicy", TARGET + ",'PolicyName':'p'," + STEPS);
        fixture.catalog.delete(
                ResourceKind.SCALABLE_TARGET,
                fixture.catalog.all(ResourceKind.SCALABLE_TARGET).getFirst().name());
        calls.register(0, 2);

        String arn = call("PutScalingPolicy", TARGET + ",'PolicyName':'p'," + TRACKING)
                .get("PolicyARN")
                .stringValue();

        assertThat(policies()).singleElement().satisfies(policy -> {
            assertThat(policy.get("PolicyARN").stringValue()).isEqualTo(arn);
            assertThat(policy.get("PolicyType").stringValue()).isEqualTo("TargetTrackingScaling");
        });
    }

    @Test
    void boundsThePoliciesOfATarget() {
        calls.register(0, 2);
        IntStream.range(0, 50).forEach(i -> call("PutScalingPolicy", TARGET + ",'PolicyName':'p" + i + "'," + STEPS));

        assertRefused(
                () -> call("PutScalingPolicy", TARGET + ",'PolicyName':'more'," + STEPS),
                "LimitExceededException",
                "50");
        call("PutScalingPolicy", TARGET + ",'PolicyName':'p7'," + STEPS);
    }
}
