package dev.millrace.controlplane.topic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.controlplane.SubscriptionResource;
import dev.millrace.controlplane.TopicResource;
import dev.millrace.invocation.PlatformException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Policies are written with single quotes.
class DeliveryPolicyTest {
    @Test
    void goesThroughTheFourPhases() {
        RetryPolicy policy = retry("""
                {'minDelayTarget':1,'maxDelayTarget':60,'numRetries':50,'numNoDelayRetries':3,
                 'numMinDelayRetries':2,'numMaxDelayRetries':35,'backoffFunction':'exponential'}""");

        List<Duration> delays = delays(policy);

        assertThat(delays).hasSize(50);
        assertThat(delays.subList(0, 3)).containsOnly(Duration.ZERO);
        assertThat(delays.subList(3, 5)).containsOnly(Duration.ofSeconds(1));
        assertThat(delays.subList(5, 15))
                .isSorted()
                .startsWith(Duration.ofSeconds(1))
                .endsWith(Duration.ofSeconds(60));
        assertThat(delays.subList(15, 50)).containsOnly(Duration.ofSeconds(60));
        assertThat(policy.delayAfter(51)).isEmpty();
    }

    @Test
    void fillsInWhatSnsFillsIn() {
        assertThat(delays(retry("{}"))).hasSize(3).containsOnly(Duration.ofSeconds(20));
    }

    @ParameterizedTest
    @CsvSource({"linear,10,55,100", "arithmetic,10,32.5,100", "geometric,10,31.623,100", "exponential,10,40,100"})
    void growsAsTheFunctionSays(String function, double first, double middle, double last) {
        List<Duration> delays = delays(retry(
                "{'minDelayTarget':10,'maxDelayTarget':100,'numRetries':3,'backoffFunction':'" + function + "'}"));

        assertThat(delays.stream().map(each -> each.toMillis() / 1000.0)).containsExactly(first, middle, last);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[]",
                "{",
                "{'healthyRetryPolicy':{'numRetries':101}}",
                "{'healthyRetryPolicy':{'numRetries':-1}}",
                "{'healthyRetryPolicy':{'numRetries':'3'}}",
                "{'healthyRetryPolicy':{'minDelayTarget':0}}",
                "{'healthyRetryPolicy':{'minDelayTarget':30}}",
                "{'healthyRetryPolicy':{'maxDelayTarget':3601}}",
                "{'healthyRetryPolicy':{'numRetries':1,'numNoDelayRetries':2}}",
                "{'healthyRetryPolicy':{'numRetries':100,'minDelayTarget':60,'maxDelayTarget':60}}",
                "{'healthyRetryPolicy':{'backoffFunction':'fast'}}",
                "{'throttlePolicy':{'maxReceivesPerSecond':0}}",
                "{'requestPolicy':{'headerContentType':'image/png'}}"
            })
    void refusesWhatSnsRefuses(String policy) {
        assertThatThrownBy(() -> DeliveryPolicy.ofSubscription(quoted(policy)))
                .isInstanceOf(PlatformException.class)
                .hasMessageStartingWith("Invalid parameter: DeliveryPolicy");
    }

    @Test
    void letsASubscriptionOverrideItsTopicUnlessThatForbidsIt() {
        String own = "{'healthyRetryPolicy':{'numRetries':1},'throttlePolicy':{'maxReceivesPerSecond':5}}";
        String general = "{'http':{'defaultHealthyRetryPolicy':{'numRetries':7},"
                + "'defaultRequestPolicy':{'headerContentType':'application/json'},'disableSubscriptionOverrides':%s}}";

        DeliveryPolicy overridden = effective(general.formatted("false"), own);
        DeliveryPolicy forbidden = effective(general.formatted("true"), own);

        assertThat(Objects.requireNonNull(overridden.retry()).numRetries()).isEqualTo(1);
        assertThat(overridden.maxReceivesPerSecond()).isEqualTo(5);
        assertThat(overridden.contentType()).isEqualTo("application/json");
        assertThat(Objects.requireNonNull(forbidden.retry()).numRetries()).isEqualTo(7);
        assertThat(forbidden.maxReceivesPerSecond()).isNull();
        assertThat(effective(null, null).retry()).isNull();
    }

    private static DeliveryPolicy effective(@Nullable String general, @Nullable String own) {
        Instant at = Instant.EPOCH;
        Map<String, String> ofTopic = general == null ? Map.of() : Map.of("DeliveryPolicy", quoted(general));
        Map<String, String> ofSubscription = own == null ? Map.of() : Map.of("DeliveryPolicy", quoted(own));
        var token = new SubscriptionResource.ConfirmationToken("00", at);
        return DeliveryPolicy.effective(
                new TopicResource("t", "arn", 0, at, ofTopic, Map.of()),
                new SubscriptionResource("s", "arn:s", 0, at, "arn", "http", "x", ofSubscription, token, at, null));
    }

    private static RetryPolicy retry(String json) {
        return Objects.requireNonNull(DeliveryPolicy.ofSubscription(quoted("{'healthyRetryPolicy':" + json + "}"))
                .retry());
    }

    private static List<Duration> delays(RetryPolicy policy) {
        return IntStream.iterate(1, i -> i + 1)
                .mapToObj(policy::delayAfter)
                .takeWhile(Optional::isPresent)
                .map(Optional::get)
                .toList();
    }

    private static String quoted(String text) {
        return text.replace('\'', '"');
    }
}
