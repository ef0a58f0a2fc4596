using System.Text;
using MqttPay.Broker.Machine;
using Xunit;

namespace MqttPay.UnitTests.Broker;

public sealed class RetainedMessagesTests
{
    [Fact]
    public void A_filter_finds_the_topics_that_it_matches()
    {
        var retained = new RetainedMessages(100, 1 << 20);
        string[] topics = ["a", "a/b", "a/b/c", "b/b", "$s/b", "/b", "a/"];
        string[] filters = ["#", "+", "a/#", "+/b", "a/+", "a/b", "$s/#", "+/+", "a/b/+", "x/#"];
        foreach (var topic in topics) Assert.True(retained.Set(MachineRig.Message(topic, topic, retain: true)));
        foreach (var filter in filters)
        {
            var expected = topics.Where(
                topic => TopicFilter.Matches(Encoding.UTF8.GetBytes(filter), Encoding.UTF8.GetBytes(topic)));
            Assert.Equal(expected.Order(StringComparer.Ordinal), Found(retained, filter));
        }
    }

    [Fact]
    public void A_message_replaces_the_one_before_and_an_empty_one_deletes_it()
    {
        var retained = new RetainedMessages(1, 1 << 20);
        Assert.True(retained.Set(MachineRig.Message("t", "old")));
        Assert.True(retained.Set(MachineRig.Message("t", "new")));
        Assert.Equal(["new"], Found(retained, "t"));
        Assert.True(retained.Set(MachineRig.Message("t", "")));
        Assert.Empty(Found(retained, "#"));
        Assert.Equal((0, 0L), (retained.Count, retained.Bytes));
    }

    [Fact]
    public void There_is_room_for_as_many_as_the_limit_and_not_one_more()
    {
        var retained = new RetainedMessages(2, 1 << 20);
        Assert.True(retained.Set(MachineRig.Message("a", "1")));
        Assert.True(retained.Set(MachineRig.Message("b", "1")));
        Assert.False(retained.Set(MachineRig.Message("c", "1")));
        Assert.True(retained.Set(MachineRig.Message("b", "2")));
    }

    [Fact]
    public void There_is_room_for_as_many_bytes_as_the_limit_and_not_one_more()
    {
        var size = MachineRig.Message("a", "12").Size;
        Assert.True(new RetainedMessages(9, size).Set(MachineRig.Message("a", "12")));
        Assert.False(new RetainedMessages(9, size - 1).Set(MachineRig.Message("a", "12")));
    }

    [Fact]
    public void Expired_ones_are_not_found_and_the_wheel_forgets_them()
    {
        var retained = new RetainedMessages(9, 1 << 20);
        retained.Set(MachineRig.Message("t", "m", expiry: 1));
        Assert.Single(Found(retained, "t", 999));
        Assert.Empty(Found(retained, "t", 1_000));
        retained.Purge(1_000);
        Assert.Equal(0, retained.Count);
    }

    private static IEnumerable<string> Found(RetainedMessages retained, string filter, long now = 0)
    {
        var found = new List<Message>();
        retained.Match(Encoding.UTF8.GetBytes(filter), now, found);
        return found.Select(each => Encoding.UTF8.GetString(each.Payload)).Order(StringComparer.Ordinal);
    }
}
