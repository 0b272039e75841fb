package dev.millrace.controlplane.scaling;

import static dev.millrace.controlplane.scaling.ScalingCalls.STEPS;
import static dev.millrace.controlplane.scaling.ScalingCalls.TARGET;
import static dev.millrace.controlplane.scaling.ScalingCalls.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.controlplane.Fixture;
import dev.millrace.controlplane.ResourceKind;
import dev.millrace.controlplane.ScalableTargetResource;
import dev.millrace.controlplane.ScalingActivity;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// What is listed, scheduled and tagged.
class ScalingListsTest {
    private final ScalingCalls calls = new ScalingCalls();
    private final Fixture fixture = calls.fixture;

    @AfterEach
    void close() {
        calls.close();
    }

    private ObjectNode call(String operation, String members) {
        return calls.call(operation, members);
    }

    @Test
    void changesAScheduledActionButDropsTheTimesThatAreLeftOut() {
        calls.register(0, 2);
        call(
                "PutScheduledAction",
                TARGET + ",'ScheduledActionName':'morning','Schedule':'cron(0 8 * * ? *)','Timezone':'Europe/Berlin',"
                        + "'StartTime':1795255200,'EndTime':1795355200.5,'ScalableTargetAction':"
                        + "{'MinCapacity':1,'MaxCapacity':4}");
        fixture.pass(Duration.ofMinutes(1));

        call("PutScheduledAction", TARGET + ",'ScheduledActionName':'morning','Schedule':'rate(2 hours)'");

        JsonNode action = call("DescribeScheduledActions", "'ServiceNamespace':'sagemaker'")
                .get("ScheduledActions")
                .get(0);
        assertThat(action.get("ScheduledActionARN").stringValue())
                .endsWith(":resource/sagemaker/endpoint/e/variant/main:scheduledActionName/morning");
        assertThat(action.get("Schedule").stringValue()).isEqualTo("rate(2 hours)");
        assertThat(action.get("Timezone").stringValue()).isEqualTo("Europe/Berlin");
        assertThat(action.get("CreationTime").asString()).isEqualTo("1795255200.25");
        assertThat(action.has("StartTime") || action.has("EndTime")).isFalse();
        assertThat(action.get("ScalableTargetAction")).isEqualTo(Fixture.json("{'MinCapacity':1,'MaxCapacity':4}"));
    }

    @Test
    void refusesScheduledActionsWithoutSense() {
        calls.register(0, 2);
        String good = TARGET + ",'ScheduledActionName':'a','Schedule':'rate(1 day)','ScalableTargetAction':"
                + "{'MinCapacity':1}";
        for (String name : List.of(" a", "a ", "a:b", "a/b", "a|b", "")) {
            assertRefused(
                    () -> call("PutScheduledAction", good.replace("Name':'a'", "Name':'" + name + "'")),
                    "ValidationException",
                    "scheduledActionName");
        }
        assertRefused(
                () -> call("PutScheduledAction", good.replace("rate(1 day)", "daily")),
                "ValidationException",
                "Invalid Schedule Expression");
        assertRefused(
                () -> call("PutScheduledAction", good + ",'Timezone':'Mars/Olympus'"),
                "ValidationException",
                "Invalid Timezone");
        assertRefused(
                () -> call("PutScheduledAction", good + ",'StartTime':20,'EndTime':10"),
                "ValidationException",
                "StartTime must be before EndTime");
        assertRefused(
                () -> call("PutScheduledAction", good.replace("{'MinCapacity':1}", "{}")),
                "ValidationException",
                "MinCapacity, a MaxCapacity, or both");
        assertRefused(
                () -> call("PutScheduledAction", TARGET + ",'ScheduledActionName':'a'"),
                "ValidationException",
                "are required for a new scheduled action");
    }

    @Test
    void cutsListsIntoPages() {
        calls.register(0, 2);
        for (int i = 0; i < 23; i++) {
            call("PutScalingPolicy", TARGET + ",'PolicyName':'p" + i + "'," + STEPS);
        }
        ObjectNode first = call("DescribeScalingPolicies", "'ServiceNamespace':'sagemaker'");
        String token = first.get("NextToken").stringValue();
        ObjectNode second =
                call("DescribeScalingPolicies", "'ServiceNamespace':'sagemaker','NextToken':'" + token + "'");
        ObjectNode third = call(
                "DescribeScalingPolicies",
                "'ServiceNamespace':'sagemaker','NextToken':'"
                        + second.get("NextToken").stringValue() + "'");

        assertThat(List.of(first, second, third))
                .flatExtracting(page -> page.get("ScalingPolicies")
                        .valueStream()
                        .map(each -> each.get("PolicyName").stringValue())
                        .toList())
                .doesNotHaveDuplicates()
                .hasSize(23);
        assertThat(third.has("NextToken")).isFalse();
        assertRefused(
                () -> call("DescribeScalableTargets", "'ServiceNamespace':'sagemaker','NextToken':'" + token + "'"),
                "InvalidNextTokenException",
                "Invalid NextToken");
        assertRefused(
                () -> call("DescribeScalingPolicies", "'ServiceNamespace':'sagemaker','MaxResults':11"),
                "ValidationException",
                "less than or equal to 10");
        assertRefused(
                () -> call(
                        "DescribeScalingPolicies",
                        "'ServiceNamespace':'sagemaker','ScalableDimension':'sagemaker:variant:DesiredInstanceCount'"),
                "ValidationException",
                "you must also specify a resource ID");
    }

    @Test
    void tellsOfActivitiesNewestFirstAndOfIdleOnesOnlyWhenAsked() {
        calls.register(0, 2);
        ScalableTargetResource target =
                fixture.catalog.all(ResourceKind.SCALABLE_TARGET).getFirst();
        var targets = new ScalableTargets(fixture.catalog, new PolicyAlarms(fixture.catalog, Fixture.CONFIG.arns()));
        Instant now = fixture.clock.instant();
        targets.record(target, activity("1", now, null));
        targets.record(target, activity("2", now.plusSeconds(1), null));
        targets.record(target, activity("2", now.plusSeconds(9), null));
        targets.record(
                target,
                activity("3", now.plusSeconds(2), new ScalingActivity.NotScaled("AlreadyAtMaxCapacity", 0, 2, 2)));
        targets.record(
                target,
                activity("4", now.plusSeconds(3), new ScalingActivity.NotScaled("AlreadyAtMaxCapacity", 0, 2, 2)));

        String listing = TARGET + ",'MaxResults':50";
        assertThat(ids(call("DescribeScalingActivities", listing))).containsExactly("2", "1");
        ObjectNode all = call("DescribeScalingActivities", listing + ",'IncludeNotScaledActivities':true");
        assertThat(ids(all)).containsExactly("3", "2", "1");
        assertThat(all.get("ScalingActivities").get(0).get("NotScaledReasons").get(0))
                .isEqualTo(Fixture.json(
                        "{'Code':'AlreadyAtMaxCapacity','MaxCapacity':2,'MinCapacity':0," + "'CurrentCapacity':2}"));
        fixture.pass(Duration.ofDays(43));
        assertThat(ids(call("DescribeScalingActivities", listing))).isEmpty();
    }

    @Test
    void tagsTargetsOnly() {
        String arn = call("RegisterScalableTarget", TARGET + ",'MinCapacity':0,'MaxCapacity':1,'Tags':{'team':'a'}")
                .get("ScalableTargetARN")
                .stringValue();
        call("TagResource", "'ResourceARN':'" + arn + "','Tags':{'cost':'7','team':'b'}");
        call("UntagResource", "'ResourceARN':'" + arn + "','TagKeys':['cost','none']");

        assertThat(call("ListTagsForResource", "'ResourceARN':'" + arn + "'"))
                .isEqualTo(Fixture.json("{'Tags':{'team':'b'}}"));
        String tags = String.join(
                ",", IntStream.range(0, 50).mapToObj(i -> "'k" + i + "':'v'").toList());
        assertRefused(
                () -> call("TagResource", "'ResourceARN':'" + arn + "','Tags':{" + tags + "}"),
                "TooManyTagsException",
                "at most 50 tags");
        assertRefused(
                () -> call("ListTagsForResource", "'ResourceARN':'" + arn + "0'"),
                "ResourceNotFoundException",
                "doesn't exist");
    }

    private static List<String> ids(ObjectNode answer) {
        return answer.get("ScalingActivities")
                .valueStream()
                .map(each -> each.get("ActivityId").stringValue())
                .toList();
    }

    private static ScalingActivity activity(String id, Instant at, ScalingActivity.@Nullable NotScaled notScaled) {
        return new ScalingActivity(
                id, at, at, "d", "c", ScalingActivity.StatusCode.SUCCESSFUL, null, null, null, notScaled);
    }
}
