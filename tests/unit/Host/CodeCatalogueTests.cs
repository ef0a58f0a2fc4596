using System.Text.Json;
using System.Text.RegularExpressions;
using MqttPay.Host.Codes;
using MqttPay.Payments;
using MqttPay.UnitTests.Tidy;
using Xunit;

namespace MqttPay.UnitTests.Host;

public sealed partial class CodeCatalogueTests
{
    private const string Page = "docs/CODES.md";

    [Fact]
    public void Numbers_rise_so_none_is_there_twice()
    {
        var numbers = CodeCatalogue.All.Select(entry => entry.Number).ToArray();

        Assert.Equal(numbers.Order().Distinct(), numbers);
        Assert.All(numbers, number => Assert.InRange(number, 1000, 9999));
    }

    [Fact]
    public void Names_are_snake_case_and_unique_within_their_range()
    {
        Assert.All(CodeCatalogue.All, entry => Assert.Matches(SnakeCase(), entry.Name));
        Assert.All(
            CodeCatalogue.All.GroupBy(entry => (entry.Number / 1000, entry.Name)),
            same => Assert.Single(same));
    }

    [Fact]
    public void Each_entry_says_what_happened_and_what_to_do()
    {
        Assert.All(CodeCatalogue.All, entry => Assert.EndsWith(".", entry.Happened, StringComparison.Ordinal));
        Assert.All(CodeCatalogue.All, entry => Assert.EndsWith(".", entry.Remedy, StringComparison.Ordinal));
        Assert.All(CodeCatalogue.All, entry => Assert.DoesNotContain('|', entry.Happened + entry.Remedy));
    }

    [Theory]
    [MemberData(nameof(DecisionCodes))]
    public void A_decision_code_has_an_entry_whose_reply_is_its_number(DecisionCode code)
    {
        var entry = CodeCatalogue.Find(2000 + (int)code);

        Assert.NotNull(entry);
        Assert.Equal((int)code, entry.DeviceReply);
    }

    [Fact]
    public void Only_what_the_device_may_repeat_as_it_is_says_same_bytes()
    {
        var sameBytes = CodeCatalogue.All
            .Where(entry => entry.Number is >= 2000 and < 3000 && entry.Retry is Retry.SameBytes)
            .Select(entry => (DecisionCode)entry.DeviceReply!);

        Assert.Equal([DecisionCode.TempError, DecisionCode.Cutoff], sameBytes);
    }

    [Fact]
    public void Every_wire_error_and_every_category_has_an_entry()
    {
        Assert.Equal(Enumerable.Range(3001, 27), Numbers(3000));
        Assert.Equal(Enumerable.Range(7001, 22), Numbers(7000));
    }

    [Theory]
    [InlineData("MP2010")]
    [InlineData("mp2010")]
    [InlineData("2010")]
    public void A_code_is_found_by_its_spellings(string spelling) =>
        Assert.Equal("replay_conflict", CodeCatalogue.Find(spelling)?.Name);

    [Theory]
    [InlineData("MP1000")]
    [InlineData("MP02010")]
    [InlineData("MP")]
    [InlineData("")]
    [InlineData("+201")]
    public void What_is_no_code_is_not_found(string spelling) => Assert.Null(CodeCatalogue.Find(spelling));

    [Fact]
    public void The_explanation_in_a_terminal_says_what_firmware_needs() =>
        Assert.Equal(
            """
            MP2010 replay_conflict   error · device reply 10 · MQTT 5 PUBACK 0x00 · HTTP 409 · retry: never
            This key, epoch and sequence were decided before, with other content; both are kept as evidence.
            Firmware: store the sequence before publishing; to retry, send identical bytes.
            """,
            CodeText.ForTerminal(CodeCatalogue.Find("MP2010")!));

    [Fact]
    public void The_explanation_for_programs_is_one_json_object()
    {
        using var json = JsonDocument.Parse(CodeText.ForJson(CodeCatalogue.Find("MP2021")!));

        Assert.Equal("MP2021", json.RootElement.GetProperty("code").GetString());
        Assert.Equal(21, json.RootElement.GetProperty("device_reply").GetInt32());
        Assert.Equal("same_bytes", json.RootElement.GetProperty("retry").GetString());
    }

    [Fact]
    public void The_page_of_the_manual_is_the_catalogue()
    {
        var path = Path.Combine(Repository.Root, Page);
        if (Environment.GetEnvironmentVariable("MQTTPAY_WRITE_CODES") == "1") File.WriteAllText(path, CodeText.Page());

        Assert.Equal(CodeText.Page(), File.ReadAllText(path));
    }

    public static TheoryData<DecisionCode> DecisionCodes => new(Enum.GetValues<DecisionCode>());

    private static IEnumerable<int> Numbers(int range) =>
        CodeCatalogue.All.Select(entry => entry.Number).Where(number => number / 1000 * 1000 == range);

    [GeneratedRegex("^[a-z][a-z0-9]*(_[a-z0-9]+)*$")]
    private static partial Regex SnakeCase();
}
