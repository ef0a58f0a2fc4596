using System.Text;
using MqttPay.Broker.Access;
using MqttPay.Payments;
using Xunit;

namespace MqttPay.UnitTests.Broker;

public sealed class AccessTests
{
    private const string Own = "00000000000000aa";
    private const string Other = "00000000000000bb";

    private static readonly Identity Device = new(Own, new KeyId(0xAA), Role.Device);

    [Theory]
    [InlineData($"p/{Own}/q", true)]
    [InlineData($"p/{Own}/r", false)]
    [InlineData($"p/{Own}/c", false)]
    [InlineData($"p/{Other}/q", false)]
    [InlineData("p/x/q", false)]
    [InlineData("anything", false)]
    [InlineData("$SYS/a", false)]
    public void A_device_publishes_its_requests_and_nothing_else(string topic, bool allowed) =>
        Assert.Equal(allowed, AccessList.Standard.For(Device, Own).MayPublish(Encoding.UTF8.GetBytes(topic)));

    [Theory]
    [InlineData($"p/{Own}/r", true)]
    [InlineData($"p/{Own}/c", true)]
    [InlineData($"p/{Own}/q", false)]
    [InlineData($"p/{Own}/+", false)]
    [InlineData($"p/{Own}/#", false)]
    [InlineData("p/+/r", false)]
    [InlineData($"p/{Other}/r", false)]
    [InlineData("#", false)]
    [InlineData("$SYS/#", false)]
    public void A_device_subscribes_to_its_replies_and_its_configuration(string filter, bool allowed) =>
        Assert.Equal(allowed, AccessList.Standard.For(Device, Own).MaySubscribe(Encoding.UTF8.GetBytes(filter)));

    [Fact]
    public void The_agent_in_client_mode_hears_requests_and_answers_them()
    {
        var rights = AccessList.Standard.For(new("edge", null, Role.Agent), "edge-1");
        Assert.True(rights.MaySubscribe("p/+/q"u8));
        Assert.True(rights.MaySubscribe(Encoding.UTF8.GetBytes($"p/{Own}/q")));
        Assert.True(rights.MayPublish(Encoding.UTF8.GetBytes($"p/{Own}/r")));
        Assert.True(rights.MayRetain(Encoding.UTF8.GetBytes($"p/{Own}/c")));
        Assert.False(rights.MayRetain(Encoding.UTF8.GetBytes($"p/{Own}/r")));
        Assert.False(rights.MayPublish(Encoding.UTF8.GetBytes($"p/{Own}/q")));
        Assert.False(rights.MaySubscribe("#"u8));
    }

    [Fact]
    public void A_name_with_a_wildcard_in_it_widens_no_pattern()
    {
        var rights = AccessList.Standard.For(new("guest", null, Role.Enrol), "+");
        Assert.False(rights.MayPublish("enrol/x/q"u8));
        Assert.False(rights.MaySubscribe("enrol/+/r"u8));
    }

    [Fact]
    public void A_role_without_a_key_has_no_right_to_a_keys_topics()
    {
        var rights = AccessList.Standard.For(new("nobody", null, Role.Device), "nobody");
        Assert.False(rights.MayPublish("p//q"u8));
        Assert.False(rights.MayPublish(Encoding.UTF8.GetBytes($"p/{Own}/q")));
    }

    [Theory]
    [InlineData(Role.Device, Own)]
    [InlineData(Role.Backend, "till")]
    public void A_password_file_lets_in_with_the_right_password_only(Role role, string name)
    {
        var file = PasswordFile.Parse(["# people", PasswordFile.Line(name, role, "secret"), ""]);
        var identity = file.Authenticate(name, name, "secret"u8);
        Assert.Equal((name, role), (identity!.User, identity.Role));
        Assert.Equal(role == Role.Device, identity.Kid is not null);
        Assert.Null(file.Authenticate(name, name, "Secret"u8));
        Assert.Null(file.Authenticate(name, name, default));
        Assert.Null(file.Authenticate(name, "other", "secret"u8));
        Assert.Null(file.Authenticate(name, null, "secret"u8));
    }

    [Theory]
    [InlineData("no colons")]
    [InlineData("till:backend:plain$secret")]
    [InlineData("till:anonymous:sha256$00$00")]
    [InlineData($"{Own}:backend:sha256$00$00")]
    [InlineData("till:device:sha256$00$00")]
    [InlineData("till:backend:pbkdf2-sha256$0$00$00")]
    public void A_password_file_is_read_whole_or_not_at_all(string line) =>
        Assert.Throws<FormatException>(() => PasswordFile.Parse([PasswordFile.Line("good", Role.Backend, "x"), line]));

    [Fact]
    public void A_name_is_in_a_password_file_once() => Assert.Throws<FormatException>(() => PasswordFile.Parse(
        [PasswordFile.Line(Own, Role.Device, "x"), PasswordFile.Line(Own, Role.Device, "y")]));

    [Fact]
    public void Passwords_of_people_cost_210000_rounds_and_those_of_devices_one()
    {
        Assert.Matches("^till:backend:pbkdf2-sha256[$]210000[$]", PasswordFile.Line("till", Role.Backend, "x"));
        Assert.Matches($"^{Own}:device:sha256[$]", PasswordFile.Line(Own, Role.Device, "x"));
    }
}
