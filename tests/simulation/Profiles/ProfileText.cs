namespace MqttPay.Simulation.Profiles;

/// <summary>Profiles as the command line and the corpus spell them.</summary>
internal static class ProfileText
{
    public static string Of(ProfileName profile) =>
        profile is ProfileName.LongOffline ? "long-offline" : profile.ToString().ToLowerInvariant();

    public static bool TryParse(string text, out ProfileName profile)
    {
        foreach (var each in Enum.GetValues<ProfileName>())
        {
            profile = each;
            if (Of(each) == text) return true;
        }

        profile = default;
        return false;
    }
}
