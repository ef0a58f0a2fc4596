using System.Text;
using MqttPay.Broker.Machine;
using Xunit;

namespace MqttPay.UnitTests.Broker;

public sealed class TopicFilterTests
{
    private static readonly string[] Levels = ["a", "b", "", "$s"];

    [Fact]
    public void The_index_finds_what_a_naive_matcher_finds()
    {
        var rig = new MachineRig();
        var index = new SubscriptionIndex();
        var filters = Words(["a", "b", "", "$s", "+", "#"], 3).Where(Valid).ToArray();
        foreach (var filter in filters)
        {
            var session = rig.Router.NewSession(filter, MachineRig.Anybody);
            Assert.True(index.Add(new(session, Encoding.UTF8.GetBytes(filter), 1)));
        }

        foreach (var topic in Words(Levels, 4).Where(topic => topic.Length > 0))
        {
            var found = new List<Subscription>();
            index.Match(Encoding.UTF8.GetBytes(topic), found);
            var expected = filters.Where(filter => NaivelyMatches(filter, topic)).Order(StringComparer.Ordinal);
            Assert.Equal(expected, found.Select(each => each.Session.ClientId).Order(StringComparer.Ordinal));
            foreach (var filter in filters) Assert.Equal(NaivelyMatches(filter, topic), Matches(filter, topic));
        }
    }

    [Fact]
    public void An_index_from_which_all_was_removed_finds_nothing()
    {
        var rig = new MachineRig();
        var index = new SubscriptionIndex();
        var session = rig.Router.NewSession("one", MachineRig.Anybody);
        var filters = Words(["a", "+", "#"], 3).Where(Valid).Select(Encoding.UTF8.GetBytes).ToArray();
        foreach (var filter in filters) index.Add(new(session, filter, 1));
        foreach (var filter in filters) Assert.True(index.Remove(session, filter));
        foreach (var filter in filters) Assert.False(index.Remove(session, filter));
        var found = new List<Subscription>();
        index.Match("a/a/a"u8, found);
        Assert.Empty(found);
    }

    [Fact]
    public void A_pattern_covers_a_filter_when_it_matches_all_that_the_filter_matches()
    {
        var topics = Words(["a", "b", "c"], 4).ToArray();
        var filters = Words(["a", "b", "+", "#"], 3).Where(Valid).ToArray();
        foreach (var pattern in filters)
        {
            foreach (var filter in filters)
            {
                var meant = topics.Where(topic => NaivelyMatches(filter, topic));
                var all = meant.All(topic => NaivelyMatches(pattern, topic));
                var covers = TopicFilter.Covers(Encoding.UTF8.GetBytes(pattern), Encoding.UTF8.GetBytes(filter));
                // Under a # the answer may be no where yes would do, since +/# and # are the same: that refuses, and
                // is safe.
                if (covers || !filter.EndsWith('#')) Assert.True(covers == all, $"{pattern} and {filter}");
            }
        }
    }

    [Theory]
    [InlineData("#", "$SYS/a", false)]
    [InlineData("+/a", "$SYS/a", false)]
    [InlineData("$SYS/#", "$SYS/a", true)]
    [InlineData("a/#", "a", true)]
    [InlineData("a/+", "a", false)]
    [InlineData("+", "", true)]
    public void The_edges_of_matching_are_those_of_the_standard(string filter, string topic, bool matches) =>
        Assert.Equal(matches, Matches(filter, topic));

    [Theory]
    [InlineData("#")]
    [InlineData("+")]
    [InlineData("p/+/r")]
    [InlineData("p/0000000000000001/#")]
    [InlineData("p/0000000000000001/+")]
    [InlineData("$SYS/#")]
    public void A_devices_own_topics_cover_no_wildcard(string filter) => Assert.False(
        TopicFilter.Covers("p/0000000000000001/r"u8, Encoding.UTF8.GetBytes(filter)));

    private static bool Valid(string filter) => TopicFilter.IsFilter(Encoding.UTF8.GetBytes(filter));

    private static bool Matches(string filter, string topic) =>
        TopicFilter.Matches(Encoding.UTF8.GetBytes(filter), Encoding.UTF8.GetBytes(topic));

    private static IEnumerable<string> Words(string[] levels, int depthMax)
    {
        IEnumerable<string> words = levels;
        for (var depth = 1; depth < depthMax; depth++)
        {
            words = words.Concat(words.SelectMany(_ => levels, (word, level) => $"{word}/{level}")).Distinct();
        }

        return words;
    }

    private static bool NaivelyMatches(string filter, string topic)
    {
        if (topic.StartsWith('$') && !filter.StartsWith('$')) return false;
        var (wanted, given) = (filter.Split('/'), topic.Split('/'));
        for (var at = 0; at < wanted.Length; at++)
        {
            if (wanted[at] == "#") return true;
            if (at >= given.Length) return false;
            if (wanted[at] != "+" && wanted[at] != given[at]) return false;
        }

        return wanted.Length == given.Length;
    }
}
